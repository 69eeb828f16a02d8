package io.meltemi.proxy.filter.ratelimit;

import io.meltemi.proxy.decide.ratelimit.RateLimitPolicy;
import java.util.List;

/// What a route says to the rate limit filter. Immutable.
///
/// @param domain replaces the filter's; empty: it stays
/// @param limits replace the route's own; empty: they stay
record RouteRateLimits(HostLimits hostLimits, String domain, List<RateLimitPolicy> limits) {
    static final RouteRateLimits NONE = new RouteRateLimits(HostLimits.OVERRIDE, "", List.of());

    RouteRateLimits {
        limits = List.copyOf(limits);
    }

    /// When the virtual host's limits count.
    enum HostLimits {
        /// For routes without limits of their own.
        OVERRIDE,
        /// Always.
        INCLUDE,
        /// Never.
        IGNORE
    }
}
