package io.meltemi.pilot.translate.route;

import io.meltemi.model.config.ConsistentHash.HashKey;
import io.meltemi.model.config.HttpRoute.HttpRetry;
import io.meltemi.model.service.Service;
import io.meltemi.model.service.ServicePort;
import io.meltemi.pilot.scope.RouteRules;
import io.meltemi.pilot.translate.Elsewhere;
import java.util.List;
import java.util.Optional;

/// All that shapes the routes of one outbound port. Immutable; the cache's key.
///
/// @param name of the route configuration, e.g. `80`
/// @param namespace of the caller: services there have short names
/// @param hosts routed hosts that no service stands for
/// @param defaultRetries where no rule says anything
/// @param of what callers have chosen before a request is looked at
public record SidecarRouteInput(
        String name,
        String namespace,
        String domainSuffix,
        List<RoutedService> services,
        List<RoutedHost> hosts,
        Elsewhere elsewhere,
        Optional<HttpRetry> defaultRetries,
        TableOf of) {
    /// Whose requests a table takes.
    public enum TableOf {
        /// Those of one port: the host is in the request.
        PORT,
        /// Those to a forward proxy: host and port are in the request.
        ALL_PORTS,
        /// Those to the address of one service.
        SERVICE
    }

    public SidecarRouteInput {
        services = List.copyOf(services);
        hosts = List.copyOf(hosts);
    }

    /// @param rules the virtual service that takes the host, if there is one
    /// @param hashKey what makes calls alike where nobody routes them
    /// @param undeclared whether callers have to tell what comes where nobody routes them
    public record RoutedService(
            Service service,
            ServicePort port,
            List<String> addresses,
            Optional<RouteRules> rules,
            Optional<HashKey> hashKey,
            boolean undeclared) {
        public RoutedService {
            addresses = List.copyOf(addresses);
        }
    }

    public record RoutedHost(String host, int port, RouteRules rules) {}
}
