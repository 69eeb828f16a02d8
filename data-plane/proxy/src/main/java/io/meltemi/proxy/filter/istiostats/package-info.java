/// Istio's standard metrics, made by the proxy: `istio.stats`.
@NullMarked
package io.meltemi.proxy.filter.istiostats;

import org.jspecify.annotations.NullMarked;
