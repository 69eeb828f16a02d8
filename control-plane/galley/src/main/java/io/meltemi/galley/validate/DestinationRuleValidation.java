package io.meltemi.galley.validate;

import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.galley.finding.Findings;
import io.meltemi.model.config.DestinationRule;
import io.meltemi.model.config.DestinationRule.Subset;
import java.util.HashSet;
import java.util.Set;

/// The rules of a `DestinationRule`. Immutable.
final class DestinationRuleValidation {
    private DestinationRuleValidation() {}

    static void validate(DestinationRule rule, Findings findings) {
        FieldPath spec = FieldPath.SPEC;
        HostRules.wildcardDomainOrAddress(rule.host(), spec.field("host"), findings);
        rule.trafficPolicy()
                .ifPresent(p ->
                        TrafficPolicyValidation.validate(p, spec.field("trafficPolicy"), findings));
        scope(rule, findings);
        Set<String> names = new HashSet<>();
        for (int i = 0; i < rule.subsets().size(); i++) {
            Subset subset = rule.subsets().get(i);
            FieldPath at = spec.field("subsets").item(i);
            if (!NameRules.isDnsLabel(subset.name())) {
                findings.judge(
                        Code.SCHEMA,
                        at.field("name"),
                        "subset name '%s' is not a DNS label".formatted(subset.name()));
            }
            if (!names.add(subset.name())) {
                findings.judge(
                        Code.SCHEMA,
                        at.field("name"),
                        "duplicate subset name '%s'".formatted(subset.name()));
            }
            NameRules.labels(subset.labels(), at.field("labels"), findings);
            subset.trafficPolicy()
                    .ifPresent(p ->
                            TrafficPolicyValidation.validate(
                                    p, at.field("trafficPolicy"), findings));
        }
    }

    private static void scope(DestinationRule rule, Findings findings) {
        FieldPath exportTo = FieldPath.SPEC.field("exportTo");
        String home = rule.metadata().namespace();
        NameRules.exportTo(rule.exportTo(), home, exportTo, findings);
        rule.workloadSelector()
                .ifPresent(selector ->
                        NameRules.labels(
                                selector.matchLabels(),
                                FieldPath.SPEC.field("workloadSelector").field("matchLabels"),
                                findings));
        boolean elsewhere =
                rule.exportTo().stream().anyMatch(n -> !n.equals(".") && !n.equals(home));
        if (rule.workloadSelector().isPresent() && elsewhere) {
            findings.judge(
                    Code.SCHEMA,
                    exportTo,
                    "a rule with workloadSelector is for callers of its own namespace: exportTo may only be '.'");
        }
    }
}
