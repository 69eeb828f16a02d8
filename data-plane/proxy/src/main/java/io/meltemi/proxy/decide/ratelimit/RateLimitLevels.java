package io.meltemi.proxy.decide.ratelimit;

import java.util.List;

/// The rate limit descriptors of a route and of its virtual host. Immutable.
///
/// @param includeHost whether the virtual host's are used beside the route's own; without it they
///   are used only by routes that have none
public record RateLimitLevels(
        List<RateLimitPolicy> route, List<RateLimitPolicy> host, boolean includeHost) {
    public static final RateLimitLevels NONE = new RateLimitLevels(List.of(), List.of(), false);

    public RateLimitLevels {
        route = List.copyOf(route);
        host = List.copyOf(host);
    }
}
