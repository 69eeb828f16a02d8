package io.meltemi.pilot.scope;

import io.meltemi.model.config.Sidecar;
import io.meltemi.model.config.Sidecar.ImportedHost;
import io.meltemi.model.config.SidecarEgress;
import io.meltemi.model.config.SidecarPort;
import io.meltemi.model.service.HostPatterns;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// Which hosts an entry of a viewer's sidecar resource lets in. Immutable.
///
/// @param port of services; empty: all
/// @param namespace of the viewer: what `.` means
record Imports(List<ImportedHost> hosts, Optional<Integer> port, String namespace) {
    /// Those of all entries; none: everything is let in.
    static List<Imports> of(Optional<Sidecar> sidecar, String namespace) {
        return sidecar.map(Sidecar::egress).orElse(List.of()).stream()
                .map(entry -> of(entry, namespace))
                .toList();
    }

    static Imports of(SidecarEgress entry, String namespace) {
        return new Imports(
                entry.hosts(),
                entry.isForAllPorts() ? Optional.empty() : entry.port().map(SidecarPort::number),
                namespace);
    }

    /// Whether a service is seen, at one of its ports at least.
    boolean service(MeshService service) {
        return port.map(p -> service.service().ports().stream().anyMatch(o -> o.number() == p))
                        .orElse(true)
                && isIn(
                        service.service().namespace(),
                        pattern ->
                                HostPatterns.covers(pattern, service.service().hostname().value()));
    }

    /// Whether a port of a service is seen.
    boolean port(PortView view) {
        return port.map(p -> p == view.port().number()).orElse(true) && service(view.service());
    }

    /// Whether a virtual service counts: for one of its hosts, or for a part of its wildcard.
    boolean rules(String home, List<String> routed) {
        return routed.stream()
                .anyMatch(
                        host -> isIn(home, pattern -> Hosts.intersect(pattern, host).isPresent()));
    }

    private boolean isIn(String home, Predicate<String> host) {
        return matches(false, home, host) && !matches(true, home, host);
    }

    private boolean matches(boolean excluded, String home, Predicate<String> host) {
        return hosts.stream()
                .filter(imported -> imported.excluded() == excluded)
                .filter(imported -> isFrom(imported.namespace(), home))
                .anyMatch(imported -> host.test(imported.host()));
    }

    private boolean isFrom(String place, String home) {
        return switch (place) {
            case "*" -> true;
            case "." -> home.equals(namespace);
            // A name that no namespace has: nothing.
            default -> home.equals(place);
        };
    }
}
