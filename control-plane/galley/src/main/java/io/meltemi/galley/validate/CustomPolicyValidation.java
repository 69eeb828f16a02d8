package io.meltemi.galley.validate;

import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.galley.finding.Findings;
import io.meltemi.model.config.AuthorizationPolicy;
import io.meltemi.model.config.AuthorizationPolicy.Action;
import io.meltemi.model.config.AuthorizationPolicy.Condition;
import io.meltemi.model.config.AuthorizationPolicy.Rule;
import io.meltemi.model.config.AuthorizationPolicy.Source;
import io.meltemi.model.config.AuthorizationPolicy.Values;
import java.util.List;
import java.util.Set;

/// The rules of the action CUSTOM. Immutable.
///
/// Istio: it is taken before tokens are checked, and asks for nothing of the caller's identity.
final class CustomPolicyValidation {
    private static final Set<String> IDENTITY =
            Set.of(
                    "source.namespace",
                    "source.principal",
                    "source.serviceAccount",
                    "source.trustDomain");

    private CustomPolicyValidation() {}

    static void validate(AuthorizationPolicy policy, Findings findings) {
        FieldPath spec = FieldPath.SPEC;
        if (policy.action() != Action.CUSTOM) {
            if (policy.provider().isPresent()) {
                findings.judge(
                        Code.SCHEMA,
                        spec.field("provider"),
                        "a provider decides for action CUSTOM only, not for %s"
                                .formatted(policy.action()));
            }
            return;
        }
        if (policy.dryRun()) {
            findings.judge(
                    Code.SCHEMA,
                    spec.field("action"),
                    "a dry run is of ALLOW or DENY: what CUSTOM would do only its provider knows");
        }
        if (policy.rules().isEmpty() && !findings.isWritten(spec.field("rules"))) {
            findings.judge(
                    Code.SCHEMA,
                    spec,
                    "CUSTOM without rules is never triggered: add a rule ('rules: [{}]' asks about everything)");
        } else if (policy.provider().isEmpty()) {
            findings.judge(
                    Code.SCHEMA,
                    spec,
                    "CUSTOM needs provider.name: one of the mesh's extensionProviders");
        }
        for (int i = 0; i < policy.rules().size(); i++) {
            rule(policy.rules().get(i), spec.field("rules").item(i), findings);
        }
    }

    private static void rule(Rule rule, FieldPath path, Findings findings) {
        for (int i = 0; i < rule.from().size(); i++) {
            source(rule.from().get(i), path.field("from").item(i).field("source"), findings);
        }
        List<Condition> conditions = rule.when();
        for (int i = 0; i < conditions.size(); i++) {
            String key = conditions.get(i).key();
            if (IDENTITY.contains(key) || key.startsWith("request.auth.")) {
                judge(key, path.field("when").item(i).field("key"), findings);
            }
        }
    }

    private static void source(Source source, FieldPath path, Findings findings) {
        none(source.principals(), "principals", "notPrincipals", path, findings);
        none(
                source.requestPrincipals(),
                "requestPrincipals",
                "notRequestPrincipals",
                path,
                findings);
        none(source.namespaces(), "namespaces", "notNamespaces", path, findings);
        none(source.serviceAccounts(), "serviceAccounts", "notServiceAccounts", path, findings);
        none(source.trustDomains(), "trustDomains", "notTrustDomains", path, findings);
    }

    private static void none(
            Values values, String any, String none, FieldPath path, Findings findings) {
        if (!values.any().isEmpty()) {
            judge(any, path.field(any), findings);
        }
        if (!values.none().isEmpty()) {
            judge(none, path.field(none), findings);
        }
    }

    private static void judge(String what, FieldPath path, Findings findings) {
        findings.judge(
                Code.SCHEMA,
                path,
                "%s cannot be asked for with action CUSTOM: leave the caller's identity to the provider"
                        .formatted(what));
    }
}
