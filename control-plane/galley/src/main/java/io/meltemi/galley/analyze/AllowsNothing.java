package io.meltemi.galley.analyze;

import io.meltemi.galley.analyze.AnalysisInput.Item;
import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.model.config.AuthorizationPolicy;
import io.meltemi.model.config.AuthorizationPolicy.Action;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// Says aloud what an ALLOW policy without rules does. Immutable.
///
/// It is a known idiom (deny everything, then allow piece by piece), and a known accident; beside a
/// policy that allows something it is plainly the idiom.
final class AllowsNothing implements Analyzer {
    @Override
    public void analyze(AnalysisInput input) {
        List<Item<AuthorizationPolicy>> policies = input.all(AuthorizationPolicy.class);
        Set<String> allowing =
                policies.stream()
                        .filter(p -> p.resource().action() == Action.ALLOW)
                        .filter(p -> !p.resource().rules().isEmpty())
                        .map(Item::namespace)
                        .collect(Collectors.toSet());
        for (Item<AuthorizationPolicy> item : policies) {
            AuthorizationPolicy policy = item.resource();
            if (policy.action() == Action.ALLOW
                    && policy.rules().isEmpty()
                    && !allowing.contains(item.namespace())) {
                item.findings()
                        .judge(
                                Code.ALLOWS_NOTHING,
                                FieldPath.SPEC,
                                "the policy allows nothing: every request to its workloads is denied ('rules: [{}]' allows everything)");
            }
        }
    }
}
