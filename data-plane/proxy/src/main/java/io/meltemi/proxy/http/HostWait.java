package io.meltemi.proxy.http;

import io.meltemi.proxy.decide.route.Route;
import org.jspecify.annotations.Nullable;

/// One request's wait for the virtual host it lacks. Confined to its event loop. `HOT`.
///
/// It goes on from where it waited. Envoy leaves it with the filters that took part without a
/// route; here the new route decides about those that follow, so that nobody who comes first gets
/// around a filter that the route switches on.
final class HostWait {
    private final HttpExchange exchange;
    private final Runnable goOn;

    private HostWait(HttpExchange exchange, Runnable goOn) {
        this.exchange = exchange;
        this.goOn = goOn;
    }

    private static @Nullable HostLookup lookup(HttpExchange exchange) {
        RouteSource routes = exchange.routes();
        return routes == null ? null : routes.lookup();
    }

    /// @param goOn what is done with the new route
    /// @return null when there is nothing to wait for
    static @Nullable HostWait begin(HttpExchange exchange, Runnable goOn) {
        HostLookup lookup = lookup(exchange);
        String authority = exchange.requestHeaders().get(HeaderNames.AUTHORITY);
        if (lookup == null || authority == null) {
            return null;
        }
        HostWait wait = new HostWait(exchange, goOn);
        return lookup.ask(authority, exchange.callbacks().eventLoop(), wait::answered)
                ? wait
                : null;
    }

    static void use(HttpExchange exchange) {
        HostLookup lookup = lookup(exchange);
        Route route = exchange.route();
        if (lookup != null && route != null) {
            lookup.use(route.virtualHost());
        }
    }

    private void answered() {
        if (exchange.isUnanswered()) {
            exchange.takeNewRoutes(goOn);
        }
    }
}
