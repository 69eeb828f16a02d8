/// Asks a rate limit service: `envoy.filters.http.ratelimit`.
@NullMarked
package io.meltemi.proxy.filter.ratelimit;

import org.jspecify.annotations.NullMarked;
