package io.meltemi.pilot.translate.security;

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
/// Istio: first what is denied, then what is allowed; without any ALLOW policy everything is.
public final class RbacTranslation {
    private RbacTranslation() {}

    public static List<HttpFilter> http(List<AuthorizationPolicy> policies) {
        List<HttpFilter> filters = new ArrayList<>();
        for (Action action : List.of(Action.DENY, Action.ALLOW)) {
            rules(policies, action, false)
                    .ifPresent(rules ->
                            filters.add(
                                    HttpFilter.newBuilder()
                                            .setName("envoy.filters.http.rbac")
                                            .setTypedConfig(Protos.any(httpConfig(rules)))
                                            .build()));
        }
        return filters;
    }

    /// On connections that nobody looks into: an ALLOW rule that asks for anything of HTTP never
    /// holds, and a DENY rule loses that part and so denies more.
    public static List<Filter> network(List<AuthorizationPolicy> policies) {
        List<Filter> filters = new ArrayList<>();
        for (Action action : List.of(Action.DENY, Action.ALLOW)) {
            rules(policies, action, true)
                    .ifPresent(rules ->
                            filters.add(
                                    Filter.newBuilder()
                                            .setName("envoy.filters.network.rbac")
                                            .setTypedConfig(Protos.any(networkConfig(rules)))
                                            .build()));
        }
        return filters;
    }

    private static io.envoyproxy.envoy.extensions.filters.http.rbac.v3.RBAC httpConfig(RBAC rules) {
        return io.envoyproxy
                .envoy
                .extensions
                .filters
                .http
                .rbac
                .v3
                .RBAC
                .newBuilder()
                .setRules(rules)
                .build();
    }

    private static io.envoyproxy.envoy.extensions.filters.network.rbac.v3.RBAC networkConfig(
            RBAC rules) {
        return io.envoyproxy
                .envoy
                .extensions
                .filters
                .network
                .rbac
                .v3
                .RBAC
                .newBuilder()
                .setRules(rules)
                .setStatPrefix("tcp.")
                .build();
    }

    /// @return empty when no policy has this action
    private static Optional<RBAC> rules(
            List<AuthorizationPolicy> policies, Action action, boolean tcp) {
        List<AuthorizationPolicy> chosen =
                policies.stream().filter(p -> p.action() == action).toList();
        if (chosen.isEmpty()) {
            return Optional.empty();
        }
        RBAC.Builder out =
                RBAC.newBuilder()
                        .setAction(
                                switch (action) {
                                    case ALLOW -> RBAC.Action.ALLOW;
                                    case DENY -> RBAC.Action.DENY;
                                });
        for (AuthorizationPolicy policy : chosen) {
            for (int i = 0; i < policy.rules().size(); i++) {
                String name = name(policy, i);
                policy(policy.rules().get(i), action, tcp)
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

    private static Optional<Policy> policy(Rule rule, Action action, boolean tcp) {
        if (tcp && action == Action.ALLOW && RbacRules.asksForHttp(rule)) {
            return Optional.empty();
        }
        return Optional.of(
                Policy.newBuilder()
                        .addAllPermissions(RbacRules.permissions(rule.to(), tcp))
                        .addAllPrincipals(RbacRules.principals(rule.from(), tcp))
                        .build());
    }
}
