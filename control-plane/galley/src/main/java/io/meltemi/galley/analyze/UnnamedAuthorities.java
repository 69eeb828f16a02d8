package io.meltemi.galley.analyze;

import io.meltemi.galley.analyze.AnalysisInput.Item;
import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.galley.finding.Findings;
import io.meltemi.model.config.ClientTls;
import io.meltemi.model.config.DestinationRule;
import io.meltemi.model.config.DestinationRule.Subset;
import io.meltemi.model.config.TrafficPolicy;
import java.util.List;

/// Servers are called by TLS, and nobody says whose certificates count. Immutable.
final class UnnamedAuthorities implements Analyzer {
    @Override
    public void analyze(AnalysisInput input) {
        for (Item<DestinationRule> item : input.all(DestinationRule.class)) {
            DestinationRule rule = item.resource();
            rule.trafficPolicy()
                    .ifPresent(
                            p -> policy(p, FieldPath.SPEC.field("trafficPolicy"), item.findings()));
            for (int i = 0; i < rule.subsets().size(); i++) {
                Subset subset = rule.subsets().get(i);
                FieldPath at = FieldPath.SPEC.field("subsets").item(i).field("trafficPolicy");
                subset.trafficPolicy().ifPresent(p -> policy(p, at, item.findings()));
            }
        }
    }

    private static void policy(TrafficPolicy policy, FieldPath path, Findings findings) {
        judge(policy.settings(), Code.NO_AUTHORITIES, path, findings);
        List<TrafficPolicy.PortPolicy> ports = policy.ports();
        for (int i = 0; i < ports.size(); i++) {
            judge(
                    ports.get(i).settings(),
                    Code.NO_AUTHORITIES_OF_PORT,
                    path.field("portLevelSettings").item(i),
                    findings);
        }
    }

    private static void judge(
            TrafficPolicy.Settings settings, Code code, FieldPath path, Findings findings) {
        settings.tls()
                .filter(tls -> tls.mode().isOwn() && tls.caCertificates().isEmpty())
                .ifPresent(tls ->
                        findings.judge(
                                code,
                                path.field("tls"),
                                "mode %s without caCertificates: %s"
                                        .formatted(tls.mode(), consequence(tls))));
    }

    private static String consequence(ClientTls tls) {
        return tls.insecureSkipVerify()
                ? "the server proves nothing, as insecureSkipVerify is true"
                : "every authority is believed that the caller's machine believes; write the path of those that may vouch for the server";
    }
}
