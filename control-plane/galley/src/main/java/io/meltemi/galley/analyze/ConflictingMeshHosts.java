package io.meltemi.galley.analyze;

import io.meltemi.galley.analyze.AnalysisInput.Item;
import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.model.config.VirtualService;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Among sidecars a host belongs to one virtual service: a second one would be ignored. Immutable.
final class ConflictingMeshHosts implements Analyzer {
    @Override
    public void analyze(AnalysisInput input) {
        Map<String, List<Item<VirtualService>>> byHost = new TreeMap<>();
        for (Item<VirtualService> item : input.all(VirtualService.class)) {
            if (item.resource().isForMesh()) {
                item.resource().hosts().stream()
                        .map(host -> input.fullHost(host, item.namespace()))
                        .distinct()
                        .forEach(host ->
                                byHost.computeIfAbsent(host, _ -> new ArrayList<>()).add(item));
            }
        }
        byHost.forEach((host, items) -> report(host, conflicting(items)));
    }

    /// Those of which some proxy sees another too.
    private static List<Item<VirtualService>> conflicting(List<Item<VirtualService>> items) {
        return items.stream()
                // Each meets itself.
                .filter(one -> items.stream().filter(other -> meet(one, other)).count() > 1)
                .toList();
    }

    private static boolean meet(Item<VirtualService> one, Item<VirtualService> other) {
        Set<String> first = seenFrom(one);
        Set<String> second = seenFrom(other);
        return first.isEmpty() || second.isEmpty() || !Collections.disjoint(first, second);
    }

    /// The namespaces that see it; empty: all.
    private static Set<String> seenFrom(Item<VirtualService> item) {
        List<String> exportTo = item.resource().exportTo();
        return exportTo.contains("*")
                ? Set.of()
                : exportTo.stream()
                        .map(namespace -> namespace.equals(".") ? item.namespace() : namespace)
                        .collect(Collectors.toUnmodifiableSet());
    }

    private static void report(String host, List<Item<VirtualService>> items) {
        List<String> names = items.stream().map(Item::name).toList();
        for (Item<VirtualService> item : items) {
            item.findings()
                    .judge(
                            Code.CONFLICTING_MESH_HOSTS,
                            FieldPath.SPEC.field("hosts"),
                            "The VirtualServices %s associated with mesh gateway define the same host %s which can lead to undefined behavior: merge them into one"
                                    .formatted(String.join(",", names), host));
        }
    }
}
