/// `envoy.filters.network.local_ratelimit`.
@NullMarked
package io.meltemi.proxy.filter.network.localratelimit;

import org.jspecify.annotations.NullMarked;
