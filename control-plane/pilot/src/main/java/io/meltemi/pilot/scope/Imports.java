package io.meltemi.pilot.scope;

import io.meltemi.model.config.Sidecar;
import io.meltemi.model.config.Sidecar.ImportedHost;
import io.meltemi.model.service.HostPatterns;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// Which hosts a viewer's sidecar resource lets in. Immutable.
///
/// @param hosts none: all
/// @param namespace of the viewer: what `.` means
record Imports(List<ImportedHost> hosts, String namespace) {
    static Imports of(Optional<Sidecar> sidecar, String namespace) {
        return new Imports(sidecar.map(Sidecar::egress).orElse(List.of()), namespace);
    }

    /// Whether a service is seen.
    boolean service(String home, String host) {
        return isIn(home, pattern -> HostPatterns.covers(pattern, host));
    }

    /// Whether a virtual service counts: for one of its hosts, or for a part of its wildcard.
    boolean rules(String home, List<String> routed) {
        return routed.stream()
                .anyMatch(
                        host -> isIn(home, pattern -> Hosts.intersect(pattern, host).isPresent()));
    }

    private boolean isIn(String home, Predicate<String> host) {
        return hosts.isEmpty() || (matches(false, home, host) && !matches(true, home, host));
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
