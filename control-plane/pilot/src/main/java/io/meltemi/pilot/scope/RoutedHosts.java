package io.meltemi.pilot.scope;

import io.meltemi.model.config.VirtualService;
import io.meltemi.model.config.VirtualService.Semantics;
import io.meltemi.model.service.HostPatterns;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;

/// The hosts that some sidecars route, and the virtual services that have each. Immutable.
///
/// Istio: the first virtual service takes a host alone. Those of the Gateway API stand for one port
/// or for all, and for requests only: where one says nothing, the next is asked.
public final class RoutedHosts {
    private final SortedMap<String, List<VirtualService>> byHost = new TreeMap<>();
    private final List<String> wildcards;

    RoutedHosts(List<VirtualService> services, Function<VirtualService, List<String>> hosts) {
        for (VirtualService service : services) {
            hosts.apply(service)
                    .forEach(host ->
                            byHost.computeIfAbsent(host, _ -> new ArrayList<>()).add(service));
        }
        // Gateway API: a wildcard is the name of one service.
        wildcards =
                byHost.entrySet().stream()
                        .filter(entry -> entry.getKey().startsWith("*"))
                        .filter(entry -> written(entry.getValue()).isPresent())
                        .map(Map.Entry::getKey)
                        .sorted(Hosts::bySpecificity)
                        .toList();
    }

    /// The one that routes requests to a port of this host, by the host's name or by a wildcard.
    public Optional<VirtualService> ofRequests(String host, int port) {
        return first(host, service -> hasRoutes(service, port));
    }

    /// The one that routes connections to this host, by its name or by a wildcard.
    public Optional<VirtualService> ofConnections(String host) {
        return first(host, service -> !service.tls().isEmpty() || !service.tcp().isEmpty());
    }

    private Optional<VirtualService> first(String host, Predicate<VirtualService> says) {
        Optional<VirtualService> exact =
                byHost.getOrDefault(host, List.of()).stream()
                        .filter(s -> s.semantics() == Semantics.ISTIO || says.test(s))
                        .findFirst();
        return exact.or(() ->
                wildcards.stream()
                        .filter(pattern -> HostPatterns.covers(pattern, host))
                        .findFirst()
                        .flatMap(p -> written(byHost.getOrDefault(p, List.of()))));
    }

    private static boolean hasRoutes(VirtualService service, int port) {
        return service.http().stream()
                .anyMatch(route ->
                        route.match().isEmpty()
                                || route.match().stream()
                                        .anyMatch(m -> m.port().orElse(port) == port));
    }

    private static Optional<VirtualService> written(List<VirtualService> services) {
        return services.stream().filter(s -> s.semantics() == Semantics.ISTIO).findFirst();
    }

    /// The hosts that need not be those of services, exact and wildcard. Gateway API: where there
    /// is no service, there is nothing to be a route's parent.
    public SortedMap<String, VirtualService> beyondServices() {
        SortedMap<String, VirtualService> all = new TreeMap<>();
        byHost.forEach((host, services) -> written(services).ifPresent(s -> all.put(host, s)));
        return all;
    }
}
