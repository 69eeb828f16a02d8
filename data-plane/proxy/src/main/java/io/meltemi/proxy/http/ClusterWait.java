package io.meltemi.proxy.http;

import io.meltemi.proxy.decide.route.Route;
import io.meltemi.proxy.decide.route.RouteAction;
import org.jspecify.annotations.Nullable;

/// One request's wait for the cluster that its route names. Confined to its event loop. `HOT`.
final class ClusterWait {
    private final HttpExchange exchange;

    private ClusterWait(HttpExchange exchange) {
        this.exchange = exchange;
    }

    /// Whether it waits: the route has a cluster, and it is not there.
    static boolean begin(HttpExchange exchange, ClusterLookup lookup, long mostNanos) {
        Route route = exchange.route();
        String name = route == null ? null : named(route.action(), exchange.requestHeaders());
        if (name == null || name.isEmpty()) {
            return false;
        }
        if (exchange.cluster() != null) {
            lookup.use(name);
            return false;
        }
        ClusterWait wait = new ClusterWait(exchange);
        return lookup.ask(name, mostNanos, exchange.callbacks().eventLoop(), wait::answered);
    }

    /// The cluster that a request is for, there or not; null when it is for none.
    static @Nullable String named(RouteAction action, HeaderMap request) {
        return switch (action) {
            case RouteAction.ToCluster(String name, _) -> name;
            case RouteAction.ToClusterHeader(String header, _) -> request.get(header);
            case RouteAction.DirectResponse _, RouteAction.Redirect _, RouteAction.ToTls _ -> null;
        };
    }

    private void answered() {
        if (exchange.isUnanswered()) {
            exchange.takeNewCluster();
        }
    }
}
