package io.meltemi.galley.analyze;

import io.meltemi.galley.analyze.AnalysisInput.Item;
import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.model.config.Gateway;
import io.meltemi.model.config.VirtualService;
import io.meltemi.model.service.HostPatterns;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A virtual service on a gateway names hosts that one of the gateway's servers takes. Immutable.
final class HostsInGateway implements Analyzer {
    @Override
    public void analyze(AnalysisInput input) {
        Map<String, Item<Gateway>> gateways = new HashMap<>();
        input.all(Gateway.class).forEach(gateway -> gateways.put(gateway.name(), gateway));
        for (Item<VirtualService> service : input.all(VirtualService.class)) {
            List<String> named = service.resource().gateways();
            for (int i = 0; i < named.size(); i++) {
                Item<Gateway> gateway =
                        gateways.get(GatewayReferences.fullName(named.get(i), service.namespace()));
                if (gateway != null) {
                    check(service, gateway, FieldPath.SPEC.field("gateways").item(i));
                }
            }
        }
    }

    private static void check(Item<VirtualService> service, Item<Gateway> gateway, FieldPath path) {
        List<String> missing =
                service.resource().hosts().stream()
                        .filter(host -> !takes(gateway, host, service.namespace()))
                        .toList();
        // Hosts for the mesh beside hosts for the gateway are common; none at all is a slip.
        if (missing.size() == service.resource().hosts().size() && !missing.isEmpty()) {
            service.findings()
                    .judge(
                            Code.HOST_NOT_IN_GATEWAY,
                            path,
                            "one or more host %s defined in VirtualService %s not found in Gateway %s: it gets no traffic there"
                                    .formatted(missing, service.name(), gateway.name()));
        }
    }

    private static boolean takes(Item<Gateway> gateway, String host, String namespace) {
        return gateway.resource().servers().stream()
                .flatMap(server -> server.hosts().stream())
                .anyMatch(pattern -> takes(gateway, pattern, host, namespace));
    }

    private static boolean takes(
            Item<Gateway> gateway, String pattern, String host, String namespace) {
        int slash = pattern.indexOf('/');
        String from = slash < 0 ? "*" : pattern.substring(0, slash);
        boolean visible =
                from.equals("*")
                        || from.equals(namespace)
                        || (from.equals(".") && gateway.namespace().equals(namespace));
        return visible && HostPatterns.overlap(pattern.substring(slash + 1), host);
    }
}
