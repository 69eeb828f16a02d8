package io.meltemi.pilot.translate.route;

import io.meltemi.model.config.ConsistentHash.HashKey;
import io.meltemi.model.config.HttpRoute.HttpRetry;
import io.meltemi.pilot.scope.RouteRules;
import io.meltemi.pilot.translate.route.SidecarRouteInput.RoutedService;
import java.util.List;
import java.util.Optional;

/// All that shapes one virtual host of a sidecar's outbound side. Immutable; the cache's key.
///
/// @param name what the virtual host is called
/// @param host whose requests it takes
/// @param rules the virtual service that takes the host, if there is one
/// @param hashKey what makes calls alike where nobody routes them
/// @param undeclared whether callers have to tell what comes where nobody routes them
/// @param defaultRetries where no rule says anything
public record SidecarHostInput(
        String name,
        String host,
        int port,
        List<String> domains,
        Optional<RouteRules> rules,
        Optional<HashKey> hashKey,
        boolean undeclared,
        Optional<HttpRetry> defaultRetries) {
    public SidecarHostInput {
        domains = List.copyOf(domains);
    }

    /// That of a service.
    public static SidecarHostInput of(
            RoutedService service, List<String> domains, Optional<HttpRetry> defaultRetries) {
        String host = service.service().hostname().value();
        int port = service.port().number();
        return new SidecarHostInput(
                host + ":" + port,
                host,
                port,
                domains,
                service.rules(),
                service.hashKey(),
                service.undeclared(),
                defaultRetries);
    }

    /// The same routed by these rules.
    public SidecarHostInput with(Optional<RouteRules> others) {
        return new SidecarHostInput(
                name, host, port, domains, others, hashKey, undeclared, defaultRetries);
    }

    /// Whether it takes what nobody else takes.
    boolean catchesAll() {
        return domains.contains("*");
    }

    /// The same under the name of a resource of its own.
    SidecarHostInput in(String table) {
        return new SidecarHostInput(
                table + "/" + name,
                host,
                port,
                domains,
                rules,
                hashKey,
                undeclared,
                defaultRetries);
    }
}
