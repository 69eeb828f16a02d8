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
/// @param forwardProxy whether callers name port and host in each request, as to an HTTP proxy
public record SidecarRouteInput(
        String name,
        String namespace,
        String domainSuffix,
        List<RoutedService> services,
        List<RoutedHost> hosts,
        Elsewhere elsewhere,
        Optional<HttpRetry> defaultRetries,
        boolean forwardProxy) {
    public SidecarRouteInput {
        services = List.copyOf(services);
        hosts = List.copyOf(hosts);
    }

    /// @param rules the virtual service that takes the host, if there is one
    /// @param hashKey what makes calls alike where nobody routes them
    public record RoutedService(
            Service service,
            ServicePort port,
            List<String> addresses,
            Optional<RouteRules> rules,
            Optional<HashKey> hashKey) {
        public RoutedService {
            addresses = List.copyOf(addresses);
        }
    }

    public record RoutedHost(String host, int port, RouteRules rules) {}
}
