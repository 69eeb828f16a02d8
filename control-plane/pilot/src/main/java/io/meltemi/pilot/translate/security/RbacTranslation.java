package io.meltemi.pilot.translate.security;

import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.rbac.v3.Policy;
import io.envoyproxy.envoy.config.rbac.v3.RBAC;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.meltemi.model.config.AuthorizationPolicy;
import io.meltemi.model.config.AuthorizationPolicy.Action;
import io.meltemi.model.config.AuthorizationPolicy.Rule;
import io.meltemi.pilot.translate.Protos;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Who may call what, as Envoy's RBAC. Thread-safe: pure.
///
/// Istio: first what is only marked, then what is denied, then what is allowed; without any ALLOW
/// policy everything is. What a dry run would do is counted beside it.
public final class RbacTranslation {
    private static final List<Action> ORDER = List.of(Action.AUDIT, Action.DENY, Action.ALLOW);

    private RbacTranslation() {}

    /// The rules in force of one action, and those that are only tried.
    private record Rules(Optional<RBAC> real, Optional<RBAC> tried, String triedPrefix) {
        boolean isEmpty() {
            return real.isEmpty() && tried.isEmpty();
        }
    }

    public static List<HttpFilter> http(List<AuthorizationPolicy> policies) {
        List<HttpFilter> filters = new ArrayList<>();
        for (Action action : ORDER) {
            Rules rules = rules(policies, action, false);
            if (!rules.isEmpty()) {
                filters.add(
                        HttpFilter.newBuilder()
                                .setName("envoy.filters.http.rbac")
                                .setTypedConfig(Protos.any(httpConfig(rules)))
                                .build());
            }
        }
        return filters;
    }

    /// On connections that nobody looks into: an ALLOW rule that asks for anything of HTTP never
    /// holds, and a DENY rule loses that part and so denies more.
    public static List<Filter> network(List<AuthorizationPolicy> policies) {
        List<Filter> filters = new ArrayList<>();
        for (Action action : ORDER) {
            Rules rules = rules(policies, action, true);
            if (!rules.isEmpty()) {
                filters.add(
                        Filter.newBuilder()
                                .setName("envoy.filters.network.rbac")
                                .setTypedConfig(Protos.any(networkConfig(rules)))
                                .build());
            }
        }
        return filters;
    }

    private static Message httpConfig(Rules rules) {
        var out = io.envoyproxy.envoy.extensions.filters.http.rbac.v3.RBAC.newBuilder();
        rules.real().ifPresent(out::setRules);
        rules.tried()
                .ifPresent(tried ->
                        out.setShadowRules(tried).setShadowRulesStatPrefix(rules.triedPrefix()));
        return out.build();
    }

    private static Message networkConfig(Rules rules) {
        var out = io.envoyproxy.envoy.extensions.filters.network.rbac.v3.RBAC.newBuilder();
        rules.real().ifPresent(out::setRules);
        rules.tried()
                .ifPresent(tried ->
                        out.setShadowRules(tried).setShadowRulesStatPrefix(rules.triedPrefix()));
        return out.setStatPrefix("tcp.").build();
    }

    private static Rules rules(List<AuthorizationPolicy> policies, Action action, boolean tcp) {
        List<AuthorizationPolicy> chosen =
                policies.stream().filter(p -> p.action() == action).toList();
        return new Rules(
                rbac(chosen.stream().filter(p -> !p.dryRun()).toList(), action, tcp),
                rbac(chosen.stream().filter(AuthorizationPolicy::dryRun).toList(), action, tcp),
                action == Action.DENY ? "istio_dry_run_deny_" : "istio_dry_run_allow_");
    }

    /// @return empty without a policy
    private static Optional<RBAC> rbac(
            List<AuthorizationPolicy> policies, Action action, boolean tcp) {
        if (policies.isEmpty()) {
            return Optional.empty();
        }
        RBAC.Builder out =
                RBAC.newBuilder()
                        .setAction(
                                switch (action) {
                                    case ALLOW -> RBAC.Action.ALLOW;
                                    case DENY -> RBAC.Action.DENY;
                                    case AUDIT -> RBAC.Action.LOG;
                                });
        for (AuthorizationPolicy policy : policies) {
            String namespace = policy.metadata().namespace();
            for (int i = 0; i < policy.rules().size(); i++) {
                String name = name(policy, i);
                policy(policy.rules().get(i), namespace, action, tcp)
                        .ifPresent(translated -> out.putPolicies(name, translated));
            }
        }
        return Optional.of(out.build());
    }

    /// Istio's name: it shows in the details of a refused request.
    private static String name(AuthorizationPolicy policy, int rule) {
        return "ns[%s]-policy[%s]-rule[%d]"
                .formatted(policy.metadata().namespace(), policy.metadata().name(), rule);
    }

    private static Optional<Policy> policy(
            Rule rule, String namespace, Action action, boolean tcp) {
        if (tcp && action == Action.ALLOW && RbacRules.asksForHttp(rule)) {
            return Optional.empty();
        }
        RbacRules rules = new RbacRules(rule, namespace, tcp);
        return Optional.of(
                Policy.newBuilder()
                        .addAllPermissions(rules.permissions())
                        .addAllPrincipals(rules.principals())
                        .build());
    }
}
