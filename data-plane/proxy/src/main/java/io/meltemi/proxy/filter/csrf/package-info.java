/// Keeps pages of other origins from changing things: `envoy.filters.http.csrf`.
@NullMarked
package io.meltemi.proxy.filter.csrf;

import org.jspecify.annotations.NullMarked;
