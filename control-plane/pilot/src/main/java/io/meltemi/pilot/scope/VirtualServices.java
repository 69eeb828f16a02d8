package io.meltemi.pilot.scope;

import io.meltemi.model.config.ResourceKey;
import io.meltemi.model.config.VirtualService;
import io.meltemi.model.config.VirtualService.Semantics;
import io.meltemi.model.snapshot.MeshSettings;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiPredicate;

/// Finds the virtual services that a proxy follows. Immutable.
///
/// Istio: the oldest comes first; here the first by name, then by namespace.
public final class VirtualServices {
    private final Map<ResourceKey, VirtualService> roots = new LinkedHashMap<>();
    private final List<VirtualService> forMesh = new ArrayList<>();
    private final Map<String, List<VirtualService>> byGateway = new HashMap<>();
    private final Map<ResourceKey, List<String>> hosts = new HashMap<>();
    private final Set<String> labels = new TreeSet<>();
    private final String domainSuffix;

    VirtualServices(List<VirtualService> all, MeshSettings settings) {
        domainSuffix = settings.domainSuffix();
        List<VirtualService> written =
                all.stream().map(service -> MeshDefaults.of(service, settings.config())).toList();
        Delegates delegates = new Delegates(written, domainSuffix);
        List<VirtualService> resolved =
                written.stream()
                        .filter(service -> !service.hosts().isEmpty())
                        .sorted(
                                Comparator.comparing((VirtualService v) -> v.metadata().name())
                                        .thenComparing(v -> v.metadata().namespace()))
                        .map(delegates::resolve)
                        .toList();
        for (VirtualService service : resolved) {
            roots.put(service.key(), service);
            hosts.put(service.key(), fullHosts(service));
            if (service.isForMesh()) {
                forMesh.add(service);
            }
            CallerMatches.labels(service).forEach(labels::add);
            service.gateways().stream()
                    .filter(gateway -> !gateway.equals(VirtualService.MESH))
                    .map(gateway -> gatewayName(gateway, service.metadata().namespace()))
                    .distinct()
                    .forEach(gateway ->
                            byGateway
                                    .computeIfAbsent(gateway, _ -> new ArrayList<>())
                                    .add(service));
        }
    }

    /// Those that do something else with requests than before.
    ///
    /// @return empty where they differ in more: in hosts, callers, gateways or connections
    Optional<Set<ResourceKey>> otherRequestsAlone(VirtualServices before) {
        if (!List.copyOf(roots.keySet()).equals(List.copyOf(before.roots.keySet()))) {
            return Optional.empty();
        }
        Set<ResourceKey> changed = new TreeSet<>();
        for (VirtualService service : roots.values()) {
            VirtualService other = before.roots.get(service.key());
            if (!Objects.equals(service, other)) {
                if (other == null || !hasOtherRequestsAlone(service, other)) {
                    return Optional.empty();
                }
                changed.add(service.key());
            }
        }
        return Optional.of(changed);
    }

    private static boolean hasOtherRequestsAlone(VirtualService service, VirtualService before) {
        return service.semantics() == Semantics.ISTIO
                && before.semantics() == Semantics.ISTIO
                && service.hosts().equals(before.hosts())
                && service.gateways().equals(before.gateways())
                && service.exportTo().equals(before.exportTo())
                && service.tls().equals(before.tls())
                && service.tcp().equals(before.tcp())
                && service.http().isEmpty() == before.http().isEmpty()
                && !CallerMatches.asks(service)
                && !CallerMatches.asks(before);
    }

    /// One that is followed by sidecars, where no condition is on the caller.
    public Optional<VirtualService> find(ResourceKey key) {
        return Optional.ofNullable(roots.get(key));
    }

    /// The hosts of a virtual service that is followed, by their full names.
    public List<String> hosts(VirtualService service) {
        return hosts.getOrDefault(service.key(), List.of());
    }

    private List<String> fullHosts(VirtualService service) {
        return service.hosts().stream()
                .map(host -> Hosts.resolve(host, service.metadata().namespace(), domainSuffix))
                .toList();
    }

    /// The labels by which callers are told apart.
    public Set<String> callerLabels() {
        return Collections.unmodifiableSet(labels);
    }

    /// What sidecars like this one route.
    ///
    /// @param scope what they see
    public RoutedHosts ofMesh(Caller caller, ServiceScope scope) {
        List<VirtualService> seen = seenBy(caller.viewer(), scope::counts);
        List<VirtualService> followed =
                narrow(seen, caller, VirtualService.MESH).stream()
                        .filter(service -> isFollowed(service, caller.namespace(), scope))
                        .sorted(
                                Comparator.comparing(
                                        service -> !isConsumers(service, caller.namespace())))
                        .toList();
        return new RoutedHosts(followed, this::hosts);
    }

    /// Gateway API: routes of the caller's own namespace go before those of the service's, and
    /// those of any other are not for this caller.
    private boolean isFollowed(VirtualService service, String namespace, ServiceScope scope) {
        return service.semantics() == Semantics.ISTIO
                || isConsumers(service, namespace)
                || hosts(service).stream()
                        .flatMap(host -> scope.service(host).stream())
                        .anyMatch(s ->
                                s.service().namespace().equals(service.metadata().namespace()));
    }

    private static boolean isConsumers(VirtualService service, String namespace) {
        return service.semantics() == Semantics.GATEWAY_API
                && service.metadata().namespace().equals(namespace);
    }

    /// Those for sidecars that a viewer sees, with all their routes.
    ///
    /// @param counts given one and the full names of its hosts
    List<VirtualService> seenBy(Viewer viewer, BiPredicate<VirtualService, List<String>> counts) {
        return visible(forMesh, viewer.namespace()).stream()
                .filter(service -> counts.test(service, hosts(service)))
                .toList();
    }

    /// Those bound to a gateway, as a proxy that carries it follows them.
    public List<VirtualService> ofGateway(ResourceKey gateway, Caller proxy) {
        String name = gateway.namespace() + "/" + gateway.name();
        List<VirtualService> bound = byGateway.getOrDefault(name, List.of());
        return narrow(visible(bound, proxy.namespace()), proxy, name);
    }

    private static List<VirtualService> visible(List<VirtualService> services, String viewer) {
        return services.stream()
                .filter(s -> ExportTo.isVisible(s.exportTo(), s.metadata().namespace(), viewer))
                .toList();
    }

    private List<VirtualService> narrow(
            List<VirtualService> services, Caller caller, String place) {
        CallerMatches matches = new CallerMatches(caller, place);
        return services.stream()
                .map(s -> matches.narrow(s, g -> gatewayName(g, s.metadata().namespace())))
                .toList();
    }

    /// Istio: `name`, `./name` (both: same namespace), `namespace/name`, and of old
    /// `name.namespace.svc.domain`.
    private String gatewayName(String written, String namespace) {
        if (written.equals(VirtualService.MESH)) {
            return written;
        }
        int slash = written.indexOf('/');
        if (slash >= 0) {
            String place = written.substring(0, slash);
            return (place.equals(".") ? namespace : place) + written.substring(slash);
        }
        String suffix = "." + domainSuffix;
        int dot = written.indexOf('.');
        if (dot > 0 && written.endsWith(suffix)) {
            String place = written.substring(dot + 1, written.length() - suffix.length());
            return place + "/" + written.substring(0, dot);
        }
        return namespace + "/" + written;
    }
}
