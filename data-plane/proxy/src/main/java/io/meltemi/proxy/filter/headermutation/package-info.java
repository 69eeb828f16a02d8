/// Changes headers and query parameters: `envoy.filters.http.header_mutation`.
@NullMarked
package io.meltemi.proxy.filter.headermutation;

import org.jspecify.annotations.NullMarked;
