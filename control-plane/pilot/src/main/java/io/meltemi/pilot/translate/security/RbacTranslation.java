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
import java.util.function.UnaryOperator;

/// Who may call what, as Envoy's RBAC. Thread-safe: pure.
///
/// Istio: first what is only marked, then what is denied, then what is allowed; without any ALLOW
/// policy everything is. What a dry run would do is counted beside it.
public final class RbacTranslation {
    private static final List<Action> ORDER = List.of(Action.AUDIT, Action.DENY, Action.ALLOW);

    private RbacTranslation() {}

    public static List<HttpFilter> http(List<AuthorizationPolicy> policies) {
        List<HttpFilter> filters = new ArrayList<>();
        for (Action action : ORDER) {
            Rbacs rules = rules(policies, action, false);
            if (!rules.isEmpty()) {
                filters.add(httpFilter(rules));
            }
        }
        return filters;
    }

    /// On connections that nobody looks into: an ALLOW rule that asks for anything of HTTP never
    /// holds, and a DENY rule loses that part and so denies more.
    public static List<Filter> network(List<AuthorizationPolicy> policies) {
        List<Filter> filters = new ArrayList<>();
        for (Action action : ORDER) {
            Rbacs rules = rules(policies, action, true);
            if (!rules.isEmpty()) {
                filters.add(networkFilter(rules));
            }
        }
        return filters;
    }

    static HttpFilter httpFilter(Rbacs rules) {
        return HttpFilter.newBuilder()
                .setName("envoy.filters.http.rbac")
                .setTypedConfig(Protos.any(httpConfig(rules)))
                .build();
    }

    static Filter networkFilter(Rbacs rules) {
        return Filter.newBuilder()
                .setName("envoy.filters.network.rbac")
                .setTypedConfig(Protos.any(networkConfig(rules)))
                .build();
    }

    private static Message httpConfig(Rbacs rules) {
        var out = io.envoyproxy.envoy.extensions.filters.http.rbac.v3.RBAC.newBuilder();
        rules.real().ifPresent(out::setRules);
        rules.tried()
                .ifPresent(tried ->
                        out.setShadowRules(tried).setShadowRulesStatPrefix(rules.triedPrefix()));
        return out.build();
    }

    private static Message networkConfig(Rbacs rules) {
        var out = io.envoyproxy.envoy.extensions.filters.network.rbac.v3.RBAC.newBuilder();
        rules.real().ifPresent(out::setRules);
        rules.tried()
                .ifPresent(tried ->
                        out.setShadowRules(tried).setShadowRulesStatPrefix(rules.triedPrefix()));
        return out.setStatPrefix("tcp.").build();
    }

    private static Rbacs rules(List<AuthorizationPolicy> policies, Action action, boolean tcp) {
        RBAC.Action done =
                switch (action) {
                    case ALLOW -> RBAC.Action.ALLOW;
                    case DENY -> RBAC.Action.DENY;
                    case AUDIT -> RBAC.Action.LOG;
                    case CUSTOM -> throw new IllegalStateException("others decide on CUSTOM");
                };
        List<AuthorizationPolicy> chosen =
                policies.stream().filter(p -> p.action() == action).toList();
        List<AuthorizationPolicy> tried =
                chosen.stream().filter(AuthorizationPolicy::dryRun).toList();
        List<AuthorizationPolicy> real = chosen.stream().filter(p -> !p.dryRun()).toList();
        return new Rbacs(
                real.isEmpty() ? Optional.empty() : Optional.of(rbac(real, done, tcp, n -> n)),
                tried.isEmpty() ? Optional.empty() : Optional.of(rbac(tried, done, tcp, n -> n)),
                action == Action.DENY ? "istio_dry_run_deny_" : "istio_dry_run_allow_");
    }

    /// @param naming what a rule's usual name is made into
    public static RBAC rbac(
            List<AuthorizationPolicy> policies,
            RBAC.Action action,
            boolean tcp,
            UnaryOperator<String> naming) {
        RBAC.Builder out = RBAC.newBuilder().setAction(action);
        for (AuthorizationPolicy policy : policies) {
            String namespace = policy.metadata().namespace();
            for (int i = 0; i < policy.rules().size(); i++) {
                String name = naming.apply(name(policy, i));
                policy(policy.rules().get(i), namespace, action, tcp)
                        .ifPresent(translated -> out.putPolicies(name, translated));
            }
        }
        return out.build();
    }

    /// Istio's name: it shows in the details of a refused request.
    private static String name(AuthorizationPolicy policy, int rule) {
        return "ns[%s]-policy[%s]-rule[%d]"
                .formatted(policy.metadata().namespace(), policy.metadata().name(), rule);
    }

    private static Optional<Policy> policy(
            Rule rule, String namespace, RBAC.Action action, boolean tcp) {
        if (tcp && action == RBAC.Action.ALLOW && RbacRules.asksForHttp(rule)) {
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
