package io.meltemi.pilot.scope;

import io.meltemi.model.config.Destination;
import io.meltemi.model.config.OutboundPolicy;
import io.meltemi.model.config.Sidecar;
import io.meltemi.model.config.VirtualService;
import io.meltemi.model.service.Hostname;
import io.meltemi.model.service.Service;
import io.meltemi.pilot.scope.DestinationRules.Rule;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/// What some proxies see of the mesh. Immutable; made once per snapshot and viewer.
public final class ServiceScope {
    private final SortedMap<Hostname, MeshService> services = new TreeMap<>();
    private final List<PortView> ports;
    private final Optional<OutboundPolicy> outboundPolicy;
    private final Imports imports;
    private final String domainSuffix;
    private final Function<Service, Optional<Rule>> rules;

    /// Istio: what a virtual service that counts leads to is seen as well.
    ServiceScope(MeshView mesh, Viewer viewer, Optional<Sidecar> sidecar) {
        imports = Imports.of(sidecar, viewer.namespace());
        outboundPolicy = sidecar.flatMap(Sidecar::outboundTrafficPolicy);
        Set<String> led = ledTo(mesh, viewer);
        for (List<MeshService> ofOneName : mesh.services()) {
            List<MeshService> let =
                    ofOneName.stream().filter(service -> isLetIn(service, led)).toList();
            MeshServices.seenFrom(viewer.namespace(), let)
                    .ifPresent(service -> services.put(service.service().hostname(), service));
        }
        List<PortView> seen =
                mesh.ports().stream()
                        .filter(view ->
                                view.service()
                                        .equals(services.get(view.service().service().hostname())))
                        .toList();
        ports = seen.size() == mesh.ports().size() ? mesh.ports() : seen;
        domainSuffix = mesh.settings().domainSuffix();
        rules = service -> mesh.destinationRules().find(viewer, service);
    }

    private boolean isLetIn(MeshService service, Set<String> led) {
        String host = service.service().hostname().value();
        return imports.service(service.service().namespace(), host) || led.contains(host);
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

    /// The service with this full name.
    public Optional<MeshService> service(String hostname) {
        return hostname.isEmpty()
                ? Optional.empty()
                : Optional.ofNullable(services.get(new Hostname(hostname)));
    }

    /// The destination rule that is followed towards a service.
    public Optional<Rule> rule(Service service) {
        return rules.apply(service);
    }

    /// What follows the namespace in the full names of the mesh's own services.
    public String domainSuffix() {
        return domainSuffix;
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
