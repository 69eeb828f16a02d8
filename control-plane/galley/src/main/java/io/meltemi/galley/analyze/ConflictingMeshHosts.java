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
    @Override
    public void analyze(AnalysisInput input) {
        Map<String, List<Item<VirtualService>>> byHost = new TreeMap<>();
        for (Item<VirtualService> item : input.all(VirtualService.class)) {
            List<String> gateways = item.resource().gateways();
            if (gateways.isEmpty() || gateways.contains(GatewayReferences.MESH)) {
                item.resource().hosts().stream()
                        .map(host -> input.fullHost(host, item.namespace()))
                        .distinct()
                        .forEach(host ->
                                byHost.computeIfAbsent(host, _ -> new ArrayList<>()).add(item));
            }
        }
        byHost.values().removeIf(items -> items.size() < 2);
        byHost.forEach(ConflictingMeshHosts::report);
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
