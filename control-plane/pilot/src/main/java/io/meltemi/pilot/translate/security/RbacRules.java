package io.meltemi.pilot.translate.security;

import io.envoyproxy.envoy.config.rbac.v3.Permission;
import io.envoyproxy.envoy.config.rbac.v3.Principal;
import io.meltemi.model.config.AuthorizationPolicy.Condition;
import io.meltemi.model.config.AuthorizationPolicy.Operation;
import io.meltemi.model.config.AuthorizationPolicy.Rule;
import io.meltemi.model.config.AuthorizationPolicy.Source;
import io.meltemi.model.config.AuthorizationPolicy.Values;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// One rule: any of its sources and any of its operations, each with all of its conditions.
/// Thread-safe: pure.
///
/// @param namespace of the policy
/// @param tcp whether the connection is not looked into: what asks for HTTP is left out
record RbacRules(Rule rule, String namespace, boolean tcp) {
    /// Whether the rule needs to see requests.
    static boolean asksForHttp(Rule rule) {
        return rule.from().stream().anyMatch(s -> !s.requestPrincipals().isEmpty())
                || rule.to().stream()
                        .anyMatch(o ->
                                !o.hosts().isEmpty()
                                        || !o.methods().isEmpty()
                                        || !o.paths().isEmpty())
                || rule.when().stream().anyMatch(c -> RbacConditions.asksForHttp(c.key()));
    }

    List<Principal> principals() {
        return rule.from().isEmpty()
                ? List.of(principal(Source.ANYONE))
                : rule.from().stream().map(this::principal).toList();
    }

    private Principal principal(Source source) {
        List<Principal> all = new ArrayList<>();
        add(all, source.principals(), RbacValues::principal);
        if (!tcp) {
            add(all, source.requestPrincipals(), RbacValues::requestPrincipal);
        }
        add(all, source.serviceAccounts(), account -> RbacValues.account(account, namespace));
        add(all, source.namespaces(), RbacValues::namespace);
        add(all, source.trustDomains(), RbacValues::trustDomain);
        add(all, source.remoteIpBlocks(), RbacValues::remoteIp);
        add(all, source.ipBlocks(), RbacValues::directRemoteIp);
        for (Condition condition : rule.when()) {
            if (!tcp || !RbacConditions.asksForHttp(condition.key())) {
                all.addAll(RbacConditions.principals(condition, namespace));
            }
        }
        return and(all);
    }

    static void add(List<Principal> all, Values values, Function<String, Principal> one) {
        if (!values.any().isEmpty()) {
            all.add(or(values.any().stream().map(one).toList()));
        }
        if (!values.none().isEmpty()) {
            all.add(not(or(values.none().stream().map(one).toList())));
        }
    }

    static Principal not(Principal id) {
        return Principal.newBuilder().setNotId(id).build();
    }

    private static Principal or(List<Principal> ids) {
        return Principal.newBuilder().setOrIds(Principal.Set.newBuilder().addAllIds(ids)).build();
    }

    private static Principal and(List<Principal> ids) {
        List<Principal> all =
                ids.isEmpty() ? List.of(Principal.newBuilder().setAny(true).build()) : ids;
        return Principal.newBuilder().setAndIds(Principal.Set.newBuilder().addAllIds(all)).build();
    }

    List<Permission> permissions() {
        return rule.to().isEmpty()
                ? List.of(permission(Operation.ANYTHING))
                : rule.to().stream().map(this::permission).toList();
    }

    private Permission permission(Operation operation) {
        List<Permission> all = new ArrayList<>();
        if (!tcp) {
            addRule(all, operation.hosts(), RbacValues::host);
            addRule(all, operation.methods(), RbacValues::method);
            addRule(all, operation.paths(), RbacValues::path);
        }
        addRule(all, operation.ports(), RbacValues::port);
        rule.when().forEach(condition -> all.addAll(RbacConditions.permissions(condition)));
        return allOf(all);
    }

    static void addRule(List<Permission> all, Values values, Function<String, Permission> one) {
        if (!values.any().isEmpty()) {
            all.add(anyOf(values.any().stream().map(one).toList()));
        }
        if (!values.none().isEmpty()) {
            all.add(not(anyOf(values.none().stream().map(one).toList())));
        }
    }

    static Permission not(Permission permission) {
        return Permission.newBuilder().setNotRule(permission).build();
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
