package io.meltemi.galley.analyze;

import io.meltemi.galley.analyze.AnalysisInput.Item;
import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.model.config.VirtualService;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Among sidecars a host belongs to one virtual service: a second one would be ignored. Immutable.
final class ConflictingMeshHosts implements Analyzer {
    private record Rule(Item<VirtualService> item, Visibility seen) {}

    @Override
    public void analyze(AnalysisInput input) {
        Map<String, List<Rule>> byHost = new TreeMap<>();
        for (Item<VirtualService> item : input.all(VirtualService.class)) {
            if (item.resource().isForMesh()) {
                Rule rule =
                        new Rule(item, Visibility.of(item.resource().exportTo(), item.namespace()));
                item.resource().hosts().stream()
                        .map(host -> input.fullHost(host, item.namespace()))
                        .distinct()
                        .forEach(host ->
                                byHost.computeIfAbsent(host, _ -> new ArrayList<>()).add(rule));
            }
        }
        byHost.forEach((host, rules) -> report(host, conflicting(rules)));
    }

    /// Those of which some proxy sees another too.
    private static List<Item<VirtualService>> conflicting(List<Rule> rules) {
        return rules.stream()
                // Each meets itself.
                .filter(one ->
                        rules.stream().filter(other -> one.seen().meets(other.seen())).count() > 1)
                .map(Rule::item)
                .toList();
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
