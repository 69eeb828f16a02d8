/// Token buckets in this proxy: `envoy.filters.http.local_ratelimit`.
@NullMarked
package io.meltemi.proxy.filter.localratelimit;

import org.jspecify.annotations.NullMarked;
