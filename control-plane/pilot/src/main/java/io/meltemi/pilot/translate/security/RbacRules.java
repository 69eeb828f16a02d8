package io.meltemi.pilot.translate.security;

import io.envoyproxy.envoy.config.rbac.v3.Permission;
import io.envoyproxy.envoy.config.rbac.v3.Principal;
import io.meltemi.model.config.AuthorizationPolicy.Operation;
import io.meltemi.model.config.AuthorizationPolicy.Rule;
import io.meltemi.model.config.AuthorizationPolicy.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// The `from` and `to` of one rule: any of the list, all fields of one, any value of a field.
/// Thread-safe: pure.
final class RbacRules {
    private RbacRules() {}

    /// Whether the rule needs to see requests.
    static boolean asksForHttp(Rule rule) {
        return rule.from().stream()
                        .anyMatch(s ->
                                !s.requestPrincipals().isEmpty()
                                        || !s.notRequestPrincipals().isEmpty())
                || rule.to().stream()
                        .anyMatch(o ->
                                !o.methods().isEmpty()
                                        || !o.notMethods().isEmpty()
                                        || !o.paths().isEmpty()
                                        || !o.notPaths().isEmpty());
    }

    static List<Principal> principals(List<Source> from, boolean tcp) {
        return from.isEmpty()
                ? List.of(and(List.of()))
                : from.stream().map(source -> principal(source, tcp)).toList();
    }

    private static Principal principal(Source source, boolean tcp) {
        List<Principal> all = new ArrayList<>();
        add(all, source.principals(), source.notPrincipals(), RbacValues::principal);
        if (!tcp) {
            add(
                    all,
                    source.requestPrincipals(),
                    source.notRequestPrincipals(),
                    RbacValues::requestPrincipal);
        }
        add(all, source.namespaces(), source.notNamespaces(), RbacValues::namespace);
        return and(all);
    }

    private static void add(
            List<Principal> all,
            List<String> values,
            List<String> notValues,
            Function<String, Principal> one) {
        if (!values.isEmpty()) {
            all.add(or(values.stream().map(one).toList()));
        }
        if (!notValues.isEmpty()) {
            all.add(
                    Principal.newBuilder()
                            .setNotId(or(notValues.stream().map(one).toList()))
                            .build());
        }
    }

    private static Principal or(List<Principal> ids) {
        return Principal.newBuilder().setOrIds(Principal.Set.newBuilder().addAllIds(ids)).build();
    }

    private static Principal and(List<Principal> ids) {
        List<Principal> all =
                ids.isEmpty() ? List.of(Principal.newBuilder().setAny(true).build()) : ids;
        return Principal.newBuilder().setAndIds(Principal.Set.newBuilder().addAllIds(all)).build();
    }

    static List<Permission> permissions(List<Operation> to, boolean tcp) {
        return to.isEmpty() || tcp
                ? List.of(allOf(List.of()))
                : to.stream().map(RbacRules::permission).toList();
    }

    private static Permission permission(Operation operation) {
        List<Permission> all = new ArrayList<>();
        addPermission(all, operation.methods(), operation.notMethods(), RbacValues::method);
        addPermission(all, operation.paths(), operation.notPaths(), RbacValues::path);
        return allOf(all);
    }

    private static void addPermission(
            List<Permission> all,
            List<String> values,
            List<String> notValues,
            Function<String, Permission> one) {
        if (!values.isEmpty()) {
            all.add(anyOf(values.stream().map(one).toList()));
        }
        if (!notValues.isEmpty()) {
            all.add(
                    Permission.newBuilder()
                            .setNotRule(anyOf(notValues.stream().map(one).toList()))
                            .build());
        }
    }

    private static Permission anyOf(List<Permission> rules) {
        return Permission.newBuilder()
                .setOrRules(Permission.Set.newBuilder().addAllRules(rules))
                .build();
    }

    private static Permission allOf(List<Permission> rules) {
        List<Permission> all =
                rules.isEmpty() ? List.of(Permission.newBuilder().setAny(true).build()) : rules;
        return Permission.newBuilder()
                .setAndRules(Permission.Set.newBuilder().addAllRules(all))
                .build();
    }
}
