package io.meltemi.pilot.translate.route;

import io.meltemi.model.config.RateLimit;
import io.meltemi.pilot.scope.RouteRules;
import java.util.List;

/// All that shapes the routes of one port of a gateway. Immutable; the cache's key.
///
/// @param port as the first server that uses them names it
/// @param scheme that clients speak
/// @param redirected hosts whose plain requests are sent to `https`, sorted
/// @param bindings each virtual service with the hosts that a server of a gateway lets it have, in
///   the order in which their routes count
/// @param rateLimits what the gateway itself counts
public record GatewayRouteInput(
        String name,
        int port,
        String scheme,
        List<Binding> bindings,
        List<String> redirected,
        List<RateLimit> rateLimits) {
    public GatewayRouteInput {
        redirected = List.copyOf(redirected);
        bindings = List.copyOf(bindings);
        rateLimits = List.copyOf(rateLimits);
    }

    /// @param port that the server names
    /// @param hosts exact or wildcard, sorted
    public record Binding(int port, List<String> hosts, RouteRules rules) {
        public Binding {
            hosts = List.copyOf(hosts);
        }
    }
}
