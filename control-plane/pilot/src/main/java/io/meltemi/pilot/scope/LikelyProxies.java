package io.meltemi.pilot.scope;

import io.meltemi.model.config.EnvoyFilter;
import io.meltemi.model.config.Gateway;
import io.meltemi.model.service.Locality;
import io.meltemi.model.service.Workload;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/// Proxies that a mesh lets expect before any connects, of those that EnvoyFilters are for.
/// Immutable.
///
/// Instances that are written down, or else one that nobody calls; and a gateway for each Gateway.
public final class LikelyProxies {
    /// For a first look they are enough: what they leave open, real ones bring to light.
    private static final int MOST = 50;

    private static final int MOST_OF_FILTER = 5;

    private final MeshView mesh;
    private final Map<List<Object>, Workload> known = new LinkedHashMap<>();
    private final Set<String> namespaces = new TreeSet<>();
    private final Set<ProxyNode> nodes = new LinkedHashSet<>();

    private LikelyProxies(MeshView mesh) {
        this.mesh = mesh;
        mesh.services()
                .forEach(ofName -> ofName.forEach(s -> namespaces.add(s.service().namespace())));
        for (PortView port : mesh.ports()) {
            for (PortEndpoint endpoint : port.endpoints()) {
                Workload workload = endpoint.workload();
                known.putIfAbsent(List.of(workload.namespace(), workload.labels()), workload);
            }
        }
    }

    public static List<ProxyNode> of(MeshView mesh) {
        List<EnvoyFilter> filters = mesh.snapshot().config().all(EnvoyFilter.class);
        if (filters.isEmpty()) {
            return List.of();
        }
        LikelyProxies likely = new LikelyProxies(mesh);
        filters.stream().filter(f -> f.targetRefs().isEmpty()).forEach(likely::add);
        return likely.nodes.stream().limit(MOST).toList();
    }

    private void add(EnvoyFilter filter) {
        boolean isRoot = filter.metadata().namespace().equals(mesh.settings().rootNamespace());
        List<Workload> called =
                known.values().stream()
                        .filter(w -> isRoot || w.namespace().equals(filter.metadata().namespace()))
                        .filter(w -> filter.selector().selects(WorkloadLabels.of(w)))
                        .limit(MOST_OF_FILTER)
                        .toList();
        called.forEach(w ->
                nodes.add(
                        node(
                                ProxyNode.Type.SIDECAR,
                                w.address(),
                                w.name(),
                                w.namespace(),
                                WorkloadLabels.of(w))));
        // Without any service nothing can be told.
        if (called.isEmpty() && !namespaces.isEmpty()) {
            List<String> where =
                    isRoot ? List.copyOf(namespaces) : List.of(filter.metadata().namespace());
            where.stream()
                    .limit(MOST_OF_FILTER)
                    .forEach(namespace ->
                            nodes.add(
                                    node(
                                            ProxyNode.Type.SIDECAR,
                                            "0.0.0.0",
                                            "some",
                                            namespace,
                                            filter.selector().matchLabels())));
        }
        gateways(filter, isRoot);
    }

    private void gateways(EnvoyFilter filter, boolean isRoot) {
        for (Gateway gateway : mesh.snapshot().config().all(Gateway.class)) {
            Map<String, String> labels = new TreeMap<>(filter.selector().matchLabels());
            labels.putAll(gateway.selector().matchLabels());
            String namespace =
                    isRoot
                            ? gateway.onlyIn().orElse(gateway.metadata().namespace())
                            : filter.metadata().namespace();
            if (filter.selector().selects(labels) && gateway.isFor(namespace, labels)) {
                nodes.add(node(ProxyNode.Type.ROUTER, "0.0.0.0", "some", namespace, labels));
            }
        }
    }

    private static ProxyNode node(
            ProxyNode.Type type,
            String address,
            String name,
            String namespace,
            Map<String, String> labels) {
        SortedMap<String, String> sorted = new TreeMap<>(labels);
        return new ProxyNode(
                type,
                address,
                name,
                namespace,
                sorted,
                name,
                Locality.NONE,
                Collections.emptySortedSet(),
                new Interception.Redirect());
    }
}
