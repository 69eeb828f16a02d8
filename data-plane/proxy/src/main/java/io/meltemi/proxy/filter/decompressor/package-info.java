/// Decompresses requests and responses: `envoy.filters.http.decompressor`.
@NullMarked
package io.meltemi.proxy.filter.decompressor;

import org.jspecify.annotations.NullMarked;
