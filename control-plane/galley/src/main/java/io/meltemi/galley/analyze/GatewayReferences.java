package io.meltemi.galley.analyze;

import io.meltemi.galley.analyze.AnalysisInput.Item;
import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.model.config.Gateway;
import io.meltemi.model.config.VirtualService;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// Every gateway a virtual service names exists. Immutable.
final class GatewayReferences implements Analyzer {
    @Override
    public void analyze(AnalysisInput input) {
        Set<String> gateways =
                input.all(Gateway.class).stream().map(Item::name).collect(Collectors.toSet());
        for (Item<VirtualService> item : input.all(VirtualService.class)) {
            List<String> named = item.resource().gateways();
            for (int i = 0; i < named.size(); i++) {
                String gateway = named.get(i);
                if (!gateway.equals(VirtualService.MESH)
                        && !gateways.contains(fullName(gateway, item.namespace()))) {
                    item.findings()
                            .judge(
                                    Code.REFERENCED_RESOURCE_NOT_FOUND,
                                    FieldPath.SPEC.field("gateways").item(i),
                                    "Referenced gateway not found: \"%s\" (looked for %s)"
                                            .formatted(
                                                    gateway, fullName(gateway, item.namespace())));
                }
            }
        }
    }

    /// `NAMESPACE/NAME`, as gateways are named in other namespaces.
    static String fullName(String gateway, String namespace) {
        return gateway.contains("/") ? gateway : namespace + "/" + gateway;
    }
}
