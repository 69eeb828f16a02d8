/// Compresses responses and requests: `envoy.filters.http.compressor`.
@NullMarked
package io.meltemi.proxy.filter.compressor;

import org.jspecify.annotations.NullMarked;
