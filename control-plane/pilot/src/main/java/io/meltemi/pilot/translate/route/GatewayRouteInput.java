package io.meltemi.pilot.translate.route;

import io.meltemi.model.config.RateLimit;
import io.meltemi.pilot.scope.RouteRules;
import java.util.List;

/// All that shapes the routes of one port of a gateway. Immutable; the cache's key.
///
/// @param bindings each virtual service with the hosts that a server of a gateway lets it have, in
///   the order in which their routes count
/// @param rateLimits what the gateway itself counts
public record GatewayRouteInput(int port, List<Binding> bindings, List<RateLimit> rateLimits) {
    public GatewayRouteInput {
        bindings = List.copyOf(bindings);
        rateLimits = List.copyOf(rateLimits);
    }

    /// @param hosts exact or wildcard, sorted
    public record Binding(List<String> hosts, RouteRules rules) {
        public Binding {
            hosts = List.copyOf(hosts);
        }
    }

    public String name() {
        return "http." + port;
    }
}
