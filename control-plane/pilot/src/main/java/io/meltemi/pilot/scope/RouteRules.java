package io.meltemi.pilot.scope;

import io.meltemi.model.config.VirtualService;
import java.util.Collections;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;

/// A virtual service with its destinations looked up. Immutable.
///
/// @param destinations by host as written
public record RouteRules(VirtualService service, SortedMap<String, Target> destinations) {
    public RouteRules {
        destinations = Collections.unmodifiableSortedMap(new TreeMap<>(destinations));
    }

    /// @param host the full name
    /// @param solePort of a service that has just one
    public record Target(String host, OptionalInt solePort) {}

    /// Looks up the destinations of a virtual service.
    public static RouteRules of(VirtualService service, MeshView mesh) {
        SortedMap<String, Target> targets = new TreeMap<>();
        String namespace = service.metadata().namespace();
        service.http().stream()
                .flatMap(route -> route.route().stream())
                .map(weighted -> weighted.destination().host())
                .forEach(written ->
                        targets.computeIfAbsent(written, _ -> target(written, namespace, mesh)));
        return new RouteRules(service, targets);
    }

    private static Target target(String written, String namespace, MeshView mesh) {
        String host = Hosts.resolve(written, namespace, mesh.settings().domainSuffix());
        OptionalInt solePort =
                mesh.service(host).map(s -> s.service().ports()).filter(p -> p.size() == 1).stream()
                        .mapToInt(ports -> ports.getFirst().number())
                        .findFirst();
        return new Target(host, solePort);
    }
}
