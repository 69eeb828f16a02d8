package io.meltemi.galley.validate;

import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.galley.finding.Findings;
import io.meltemi.model.config.AuthorizationPolicy;
import io.meltemi.model.config.AuthorizationPolicy.Action;
import io.meltemi.model.config.AuthorizationPolicy.Operation;
import io.meltemi.model.config.AuthorizationPolicy.Rule;
import io.meltemi.model.config.AuthorizationPolicy.Source;
import java.util.List;
import java.util.Map;

/// The rules of an `AuthorizationPolicy`. Immutable.
final class AuthorizationPolicyValidation {
    private AuthorizationPolicyValidation() {}

    static void validate(AuthorizationPolicy policy, Findings findings) {
        FieldPath spec = FieldPath.SPEC;
        SelectorRules.validate(policy.selector(), findings);
        if (policy.action() == Action.DENY && policy.rules().isEmpty()) {
            findings.judge(
                    Code.SCHEMA,
                    spec,
                    "DENY without rules is never triggered: add a rule ('rules: [{}]' denies everything)");
        }
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
    }

    private static void source(Source source, FieldPath path, Findings findings) {
        values(
                Map.of(
                        "principals", source.principals(),
                        "notPrincipals", source.notPrincipals(),
                        "requestPrincipals", source.requestPrincipals(),
                        "notRequestPrincipals", source.notRequestPrincipals(),
                        "namespaces", source.namespaces(),
                        "notNamespaces", source.notNamespaces()),
                path,
                findings);
        principals(source.principals(), path.field("principals"), findings);
        principals(source.notPrincipals(), path.field("notPrincipals"), findings);
    }

    private static void operation(Operation operation, FieldPath path, Findings findings) {
        values(
                Map.of(
                        "methods", operation.methods(),
                        "notMethods", operation.notMethods(),
                        "paths", operation.paths(),
                        "notPaths", operation.notPaths()),
                path,
                findings);
        paths(operation.paths(), path.field("paths"), findings);
        paths(operation.notPaths(), path.field("notPaths"), findings);
    }

    private static void values(
            Map<String, List<String>> fields, FieldPath path, Findings findings) {
        if (fields.values().stream().allMatch(List::isEmpty)) {
            findings.judge(
                    Code.SCHEMA,
                    path,
                    "%s is empty: leave it out to match everything"
                            .formatted(path.steps().getLast()));
        }
        fields.forEach((name, values) -> {
            for (int i = 0; i < values.size(); i++) {
                value(values.get(i), path.field(name).item(i), findings);
            }
        });
    }

    private static void value(String value, FieldPath path, Findings findings) {
        if (value.isEmpty()) {
            findings.judge(Code.SCHEMA, path, "empty value not allowed");
        }
        if (value.contains("{*")) {
            // A path template, which has its own finding.
            return;
        }
        int star = value.indexOf('*', 1);
        if (star > 0 && (star < value.length() - 1 || value.startsWith("*"))) {
            findings.judge(
                    Code.WITHOUT_EFFECT,
                    path,
                    "'%s': a '*' stands for anything only at the beginning or at the end"
                            .formatted(value));
        }
    }

    private static void principals(List<String> values, FieldPath path, Findings findings) {
        for (int i = 0; i < values.size(); i++) {
            if (values.get(i).startsWith("spiffe://")) {
                findings.judge(
                        Code.WITHOUT_EFFECT,
                        path.item(i),
                        "'%s' never matches: principals are written without 'spiffe://'"
                                .formatted(values.get(i)));
            }
        }
    }

    private static void paths(List<String> values, FieldPath path, Findings findings) {
        for (int i = 0; i < values.size(); i++) {
            String value = values.get(i);
            if (value.contains("{*}") || value.contains("{**}")) {
                findings.judge(
                        Code.NOT_SUPPORTED,
                        path.item(i),
                        "path template '%s' is not supported yet".formatted(value));
            } else if (!value.isEmpty() && !value.startsWith("/") && !value.startsWith("*")) {
                findings.judge(
                        Code.WITHOUT_EFFECT,
                        path.item(i),
                        "path '%s' never matches: paths begin with '/'".formatted(value));
            }
        }
    }
}
