package io.meltemi.galley.analyze;

import io.meltemi.galley.analyze.AnalysisInput.Item;
import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.model.config.AuthorizationPolicy;
import io.meltemi.model.config.AuthorizationPolicy.Source;
import io.meltemi.model.config.RequestAuthentication;
import io.meltemi.model.config.WorkloadSelector;
import java.util.List;
import java.util.Map;

/// Where a policy asks for a token, something checks tokens. Immutable.
///
/// Without a `RequestAuthentication` no request has a principal, so that an ALLOW never holds.
final class TokenChecks implements Analyzer {
    @Override
    public void analyze(AnalysisInput input) {
        List<Item<RequestAuthentication>> checks = input.all(RequestAuthentication.class);
        for (Item<AuthorizationPolicy> policy : input.all(AuthorizationPolicy.class)) {
            if (asksForToken(policy.resource())
                    && checks.stream().noneMatch(check -> mayMeet(check, policy, input))) {
                policy.findings()
                        .judge(
                                Code.TOKEN_NEVER_CHECKED,
                                FieldPath.SPEC.field("rules"),
                                "requestPrincipals need a RequestAuthentication for the same workloads: without one no request has any");
            }
        }
    }

    private static boolean asksForToken(AuthorizationPolicy policy) {
        return policy.rules().stream()
                .flatMap(rule -> rule.from().stream())
                .map(Source::requestPrincipals)
                .anyMatch(principals -> !principals.isEmpty());
    }

    private static boolean mayMeet(
            Item<RequestAuthentication> check,
            Item<AuthorizationPolicy> policy,
            AnalysisInput input) {
        String root = input.settings().rootNamespace();
        boolean namespaceMeets =
                check.namespace().equals(policy.namespace())
                        || check.namespace().equals(root)
                        || policy.namespace().equals(root);
        return namespaceMeets
                && check.resource().targetRefs().equals(policy.resource().targetRefs())
                && maySelectSame(check.resource().selector(), policy.resource().selector());
    }

    /// False only when one label would need two values.
    private static boolean maySelectSame(WorkloadSelector a, WorkloadSelector b) {
        for (Map.Entry<String, String> label : a.matchLabels().entrySet()) {
            String other = b.matchLabels().get(label.getKey());
            if (other != null && !other.equals(label.getValue())) {
                return false;
            }
        }
        return true;
    }
}
