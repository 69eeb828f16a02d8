/// Waits for whole requests: `envoy.filters.http.buffer`.
@NullMarked
package io.meltemi.proxy.filter.buffer;

import org.jspecify.annotations.NullMarked;
