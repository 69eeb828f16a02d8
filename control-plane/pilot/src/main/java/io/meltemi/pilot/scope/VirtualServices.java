package io.meltemi.pilot.scope;

import io.meltemi.model.config.ResourceKey;
import io.meltemi.model.config.VirtualService;
import io.meltemi.model.snapshot.MeshSettings;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// Finds the virtual services of a host. Immutable.
///
/// Istio: for the mesh the oldest, here the first by name and namespace, takes a host alone;
/// gateways join all of them.
public final class VirtualServices {
    private final SortedMap<String, VirtualService> meshHosts = new TreeMap<>();
    private final List<String> meshHostsBySpecificity;
    private final Map<String, List<VirtualService>> byGateway = new HashMap<>();
    private final String domainSuffix;

    VirtualServices(List<VirtualService> all, MeshSettings settings) {
        domainSuffix = settings.domainSuffix();
        List<VirtualService> sorted = new ArrayList<>(all);
        sorted.sort(
                Comparator.comparing((VirtualService v) -> v.metadata().name())
                        .thenComparing(v -> v.metadata().namespace()));
        for (VirtualService service : sorted) {
            if (service.gateways().isEmpty() || service.gateways().contains("mesh")) {
                hosts(service).forEach(host -> meshHosts.putIfAbsent(host, service));
            }
            service.gateways().stream()
                    .filter(gateway -> !gateway.equals("mesh"))
                    .map(gateway -> gatewayName(gateway, service.metadata().namespace()))
                    .distinct()
                    .forEach(gateway ->
                            byGateway
                                    .computeIfAbsent(gateway, _ -> new ArrayList<>())
                                    .add(service));
        }
        List<String> hosts = new ArrayList<>(meshHosts.keySet());
        hosts.sort(Hosts::bySpecificity);
        meshHostsBySpecificity = List.copyOf(hosts);
    }

    /// The hosts of a virtual service by their full names.
    public List<String> hosts(VirtualService service) {
        return service.hosts().stream()
                .map(host -> Hosts.resolve(host, service.metadata().namespace(), domainSuffix))
                .toList();
    }

    /// The one that routes calls of sidecars to this host.
    public Optional<VirtualService> ofMesh(String host) {
        VirtualService exact = meshHosts.get(host);
        if (exact != null) {
            return Optional.of(exact);
        }
        return meshHostsBySpecificity.stream()
                .filter(pattern -> Hosts.matches(pattern, host))
                .findFirst()
                .flatMap(pattern -> Optional.ofNullable(meshHosts.get(pattern)));
    }

    /// All hosts that sidecars route.
    public SortedMap<String, VirtualService> meshHosts() {
        return Collections.unmodifiableSortedMap(meshHosts);
    }

    /// Those bound to a gateway, first by name.
    public List<VirtualService> ofGateway(ResourceKey gateway) {
        return List.copyOf(
                byGateway.getOrDefault(gateway.namespace() + "/" + gateway.name(), List.of()));
    }

    /// Istio: `name`, `./name` (both: same namespace), `namespace/name`, and of old
    /// `name.namespace.svc.domain`.
    private String gatewayName(String written, String namespace) {
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
