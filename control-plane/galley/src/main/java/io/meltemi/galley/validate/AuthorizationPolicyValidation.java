package io.meltemi.galley.validate;

import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.galley.finding.Findings;
import io.meltemi.model.config.AuthorizationPolicy;
import io.meltemi.model.config.AuthorizationPolicy.Action;
import io.meltemi.model.config.AuthorizationPolicy.Operation;
import io.meltemi.model.config.AuthorizationPolicy.Rule;
import io.meltemi.model.config.AuthorizationPolicy.Source;
import io.meltemi.model.config.AuthorizationPolicy.Values;
import java.util.List;

/// The rules of an `AuthorizationPolicy`; its conditions are [ConditionValidation]'s. Immutable.
final class AuthorizationPolicyValidation {
    private AuthorizationPolicyValidation() {}

    static void validate(AuthorizationPolicy policy, Findings findings) {
        FieldPath spec = FieldPath.SPEC;
        SelectorRules.validate(policy.selector(), findings);
        TargetRefRules.validate(policy.targetRefs(), findings);
        if (policy.action() == Action.DENY && policy.rules().isEmpty()) {
            findings.judge(
                    Code.SCHEMA,
                    spec,
                    "DENY without rules is never triggered: add a rule ('rules: [{}]' denies everything)");
        }
        if (policy.dryRun() && policy.action() == Action.AUDIT) {
            findings.judge(
                    Code.SCHEMA,
                    spec.field("action"),
                    "a dry run is of ALLOW or DENY: AUDIT refuses nothing anyway");
        }
        CustomPolicyValidation.validate(policy, findings);
        for (int i = 0; i < policy.rules().size(); i++) {
            rule(policy.rules().get(i), spec.field("rules").item(i), findings);
        }
    }

    private static void rule(Rule rule, FieldPath path, Findings findings) {
        for (int i = 0; i < rule.from().size(); i++) {
            source(rule.from().get(i), path.field("from").item(i).field("source"), findings);
        }
        for (int i = 0; i < rule.to().size(); i++) {
            operation(rule.to().get(i), path.field("to").item(i).field("operation"), findings);
        }
        for (int i = 0; i < rule.when().size(); i++) {
            ConditionValidation.validate(rule.when().get(i), path.field("when").item(i), findings);
        }
    }

    private static void source(Source source, FieldPath path, Findings findings) {
        notEmpty(source.equals(Source.ANYONE), path, findings);
        AttributeRules rules = new AttributeRules(path, findings);
        rules.principals(source.principals(), "principals", "notPrincipals");
        rules.texts(source.requestPrincipals(), "requestPrincipals", "notRequestPrincipals");
        rules.texts(source.namespaces(), "namespaces", "notNamespaces");
        rules.texts(source.trustDomains(), "trustDomains", "notTrustDomains");
        rules.serviceAccounts(source.serviceAccounts(), "serviceAccounts", "notServiceAccounts");
        rules.addresses(source.ipBlocks(), "ipBlocks", "notIpBlocks");
        rules.addresses(source.remoteIpBlocks(), "remoteIpBlocks", "notRemoteIpBlocks");
        if (!source.serviceAccounts().isEmpty()
                && !(source.principals().isEmpty() && source.namespaces().isEmpty())) {
            findings.judge(
                    Code.SCHEMA,
                    path,
                    "serviceAccounts cannot stand beside principals or namespaces: each of them names a part of the same identity");
        }
    }

    private static void operation(Operation operation, FieldPath path, Findings findings) {
        notEmpty(operation.equals(Operation.ANYTHING), path, findings);
        AttributeRules rules = new AttributeRules(path, findings);
        rules.texts(operation.hosts(), "hosts", "notHosts");
        rules.texts(operation.methods(), "methods", "notMethods");
        rules.texts(operation.paths(), "paths", "notPaths");
        rules.ports(operation.ports(), "ports", "notPorts");
        paths(operation.paths(), path, findings);
    }

    private static void notEmpty(boolean isEmpty, FieldPath path, Findings findings) {
        if (isEmpty) {
            findings.judge(
                    Code.SCHEMA,
                    path,
                    "%s is empty: leave it out to match everything"
                            .formatted(path.steps().getLast()));
        }
    }

    private static void paths(Values paths, FieldPath path, Findings findings) {
        paths(paths.any(), path.field("paths"), findings);
        paths(paths.none(), path.field("notPaths"), findings);
    }

    private static void paths(List<String> values, FieldPath path, Findings findings) {
        for (int i = 0; i < values.size(); i++) {
            String value = values.get(i);
            if (value.contains("{") || value.contains("}")) {
                template(value, path.item(i), findings);
            } else if (!value.isEmpty() && !value.startsWith("/") && !value.startsWith("*")) {
                findings.judge(
                        Code.WITHOUT_EFFECT,
                        path.item(i),
                        "path '%s' never matches: paths begin with '/'".formatted(value));
            }
        }
    }

    /// Istio: `{*}` and `{**}` stand for whole segments, the second once; then a star alone means
    /// nothing.
    private static void template(String value, FieldPath path, Findings findings) {
        String rest = value.replace("{**}", "").replace("{*}", "");
        boolean wholeSegments =
                List.of(value.split("/", -1)).stream()
                        .allMatch(
                                s -> s.equals("{*}") || s.equals("{**}") || !s.matches(".*[{}].*"));
        int first = value.indexOf("{**}");
        boolean once = first < 0 || value.indexOf("{**}", first + 1) < 0;
        boolean restAtEnd = first < 0 || !value.substring(first).contains("{*}");
        if (!value.startsWith("/")
                || rest.matches(".*[{}*].*")
                || !wholeSegments
                || !once
                || !restAtEnd) {
            findings.judge(
                    Code.SCHEMA,
                    path,
                    "path template '%s' is not valid: {*} is one whole segment, {**} any number of them, once and after all {*}"
                            .formatted(value));
        }
    }
}
