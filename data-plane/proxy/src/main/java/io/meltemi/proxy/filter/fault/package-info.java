/// Delays and aborts on purpose: `envoy.filters.http.fault`.
@NullMarked
package io.meltemi.proxy.filter.fault;

import org.jspecify.annotations.NullMarked;
