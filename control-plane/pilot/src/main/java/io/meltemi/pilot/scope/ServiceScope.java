package io.meltemi.pilot.scope;

import io.meltemi.model.config.Destination;
import io.meltemi.model.config.Sidecar;
import io.meltemi.model.config.VirtualService;
import io.meltemi.model.service.Hostname;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// What some proxies see of the mesh. Immutable; made once per snapshot and viewer.
public final class ServiceScope {
    private final SortedMap<Hostname, MeshService> services = new TreeMap<>();
    private final List<PortView> ports;
    private final Optional<OutboundPolicy> outboundPolicy;
    private final Imports imports;

    /// Istio: what a virtual service that counts leads to is seen as well.
    ServiceScope(MeshView mesh, Viewer viewer, Optional<Sidecar> sidecar) {
        imports = Imports.of(sidecar, viewer.namespace());
        outboundPolicy =
                sidecar.flatMap(Sidecar::outboundTrafficPolicy)
                        .map(policy ->
                                switch (policy) {
                                    case ALLOW_ANY -> OutboundPolicy.ALLOW_ANY;
                                    case REGISTRY_ONLY -> OutboundPolicy.REGISTRY_ONLY;
                                });
        Set<String> led = ledTo(mesh, viewer);
        mesh.services()
                .forEach((hostname, service) -> {
                    String host = hostname.value();
                    String home = service.service().namespace();
                    if (imports.service(home, host) || led.contains(host)) {
                        services.put(hostname, service);
                    }
                });
        ports =
                services.size() == mesh.services().size()
                        ? mesh.ports()
                        : mesh.ports().stream()
                                .filter(view ->
                                        services.containsKey(view.service().service().hostname()))
                                .toList();
    }

    private Set<String> ledTo(MeshView mesh, Viewer viewer) {
        Set<String> hosts = new HashSet<>();
        if (imports.hosts().isEmpty()) {
            return hosts;
        }
        for (VirtualService service : mesh.virtualServices().seenBy(viewer, this::counts)) {
            RouteRules.destinations(service)
                    .map(Destination::host)
                    .map(host ->
                            Hosts.resolve(
                                    host,
                                    service.metadata().namespace(),
                                    mesh.settings().domainSuffix()))
                    .forEach(hosts::add);
        }
        return hosts;
    }

    /// Whether a virtual service counts for what is seen.
    ///
    /// @param hosts its hosts by their full names
    boolean counts(VirtualService service, List<String> hosts) {
        return imports.rules(service.metadata().namespace(), hosts);
    }

    /// All of them, by name.
    public SortedMap<Hostname, MeshService> services() {
        return Collections.unmodifiableSortedMap(services);
    }

    /// Every port of every service, by name of the service.
    public List<PortView> ports() {
        return ports;
    }

    /// What happens to calls to anything else; empty: as in the whole mesh.
    public Optional<OutboundPolicy> outboundPolicy() {
        return outboundPolicy;
    }
}
