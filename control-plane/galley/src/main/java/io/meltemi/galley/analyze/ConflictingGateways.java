package io.meltemi.galley.analyze;

import io.meltemi.galley.analyze.AnalysisInput.Item;
import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.model.config.Gateway;
import io.meltemi.model.config.Gateway.Server;
import java.util.List;

/// Two gateways do not open the same port of the same workloads for the same hosts. Immutable.
final class ConflictingGateways implements Analyzer {
    @Override
    public void analyze(AnalysisInput input) {
        List<Item<Gateway>> gateways = input.all(Gateway.class);
        for (Item<Gateway> gateway : gateways) {
            for (int i = 0; i < gateway.resource().servers().size(); i++) {
                Server server = gateway.resource().servers().get(i);
                List<String> others =
                        gateways.stream()
                                .filter(other -> !other.name().equals(gateway.name()))
                                .filter(other ->
                                        other.resource()
                                                .selector()
                                                .equals(gateway.resource().selector()))
                                .filter(other ->
                                        other.resource().servers().stream()
                                                .anyMatch(s -> conflict(s, server)))
                                .map(Item::name)
                                .toList();
                if (!others.isEmpty()) {
                    gateway.findings()
                            .judge(
                                    Code.CONFLICTING_GATEWAYS,
                                    FieldPath.SPEC.field("servers").item(i).field("hosts"),
                                    "Conflict with gateways %s (workload selector %s, port %d, hosts %s)."
                                            .formatted(
                                                    String.join(",", others),
                                                    gateway.resource().selector().matchLabels(),
                                                    server.port().number(),
                                                    server.hosts()));
                }
            }
        }
    }

    private static boolean conflict(Server a, Server b) {
        return a.port().number() == b.port().number()
                && a.bind().equals(b.bind())
                && a.hosts().stream()
                        .anyMatch(host -> b.hosts().stream().anyMatch(h -> same(host, h)));
    }

    /// Istio: a wildcard beside a host it covers is no conflict, the nearer one wins.
    private static boolean same(String a, String b) {
        return a.equals(b)
                || (a.equals("*") && b.equals("*/*"))
                || (a.equals("*/*") && b.equals("*"));
    }
}
