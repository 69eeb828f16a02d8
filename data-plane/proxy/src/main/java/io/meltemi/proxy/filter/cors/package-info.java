/// Lets pages of other origins call: `envoy.filters.http.cors`.
@NullMarked
package io.meltemi.proxy.filter.cors;

import org.jspecify.annotations.NullMarked;
