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
public final class ServiceScope implements SeenServices {
    private final SortedMap<Hostname, MeshService> services = new TreeMap<>();
    private final List<PortView> ports;
    private final Optional<OutboundPolicy> outboundPolicy;
    private final Optional<Destination> egressProxy;
    private final List<Imports> imports;
    private final String domainSuffix;
    private final Function<Service, Optional<Rule>> rules;

    /// Istio: what a virtual service that counts leads to is seen as well.
    ///
    /// @param imports of some entries of the sidecar resource; none: everything is let in
    ServiceScope(MeshView mesh, Viewer viewer, Optional<Sidecar> sidecar, List<Imports> imports) {
        this.imports = List.copyOf(imports);
        outboundPolicy = sidecar.flatMap(Sidecar::outboundTrafficPolicy);
        egressProxy = sidecar.flatMap(s -> egressProxy(s, mesh.settings().domainSuffix()));
        Set<String> led = ledTo(mesh, viewer);
        egressProxy.map(Destination::host).ifPresent(led::add);
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
                        .filter(view -> isLetIn(view, led))
                        .toList();
        ports = seen.size() == mesh.ports().size() ? mesh.ports() : seen;
        domainSuffix = mesh.settings().domainSuffix();
        // Not the whole mesh: this may outlive it.
        DestinationRules all = mesh.destinationRules();
        rules = service -> all.find(viewer, service);
    }

    private static Optional<Destination> egressProxy(Sidecar sidecar, String domainSuffix) {
        return sidecar.egressProxy()
                .map(proxy ->
                        new Destination(
                                Hosts.resolve(
                                        proxy.host(), sidecar.metadata().namespace(), domainSuffix),
                                proxy.subset(),
                                proxy.port()));
    }

    private boolean isLetIn(MeshService service, Set<String> led) {
        return imports.isEmpty()
                || led.contains(service.service().hostname().value())
                || imports.stream().anyMatch(i -> i.service(service));
    }

    private boolean isLetIn(PortView view, Set<String> led) {
        return imports.isEmpty()
                || led.contains(view.service().service().hostname().value())
                || imports.stream().anyMatch(i -> i.port(view));
    }

    private Set<String> ledTo(MeshView mesh, Viewer viewer) {
        Set<String> hosts = new HashSet<>();
        if (imports.isEmpty()) {
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
        return imports.isEmpty()
                || imports.stream().anyMatch(i -> i.rules(service.metadata().namespace(), hosts));
    }

    /// All of them, by name.
    public SortedMap<Hostname, MeshService> services() {
        return Collections.unmodifiableSortedMap(services);
    }

    @Override
    public Optional<MeshService> service(String hostname) {
        return hostname.isEmpty()
                ? Optional.empty()
                : Optional.ofNullable(services.get(new Hostname(hostname)));
    }

    @Override
    public Optional<Rule> rule(Service service) {
        return rules.apply(service);
    }

    @Override
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

    /// To whom such calls are given, where they are allowed; the host by its full name.
    public Optional<Destination> egressProxy() {
        return egressProxy;
    }
}
