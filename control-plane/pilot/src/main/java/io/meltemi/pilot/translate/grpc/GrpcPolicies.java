package io.meltemi.pilot.translate.grpc;

import io.envoyproxy.envoy.config.rbac.v3.Permission;
import io.envoyproxy.envoy.config.rbac.v3.Policy;
import io.envoyproxy.envoy.config.rbac.v3.Principal;
import io.envoyproxy.envoy.config.rbac.v3.RBAC;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.meltemi.model.config.AuthorizationPolicy;
import io.meltemi.model.config.AuthorizationPolicy.Action;
import io.meltemi.pilot.translate.Protos;
import io.meltemi.pilot.translate.security.RbacTranslation;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// Who may call what, as gRPC's servers enforce it. Thread-safe: pure.
///
/// What gRPC cannot judge is never let through for that: where others decide (`CUSTOM`), nobody can
/// be asked, and the call is denied; a rule that asks for a header that gRPC keeps to itself allows
/// nothing, and denies everything. Trials and audits are Envoy's alone.
final class GrpcPolicies {
    private static final String FILTER = "envoy.filters.http.rbac";

    private GrpcPolicies() {}

    static List<HttpFilter> filters(List<AuthorizationPolicy> policies) {
        List<HttpFilter> filters = new ArrayList<>();
        add(filters, FILTER + ".DENY", policies, EnumSet.of(Action.DENY, Action.CUSTOM));
        add(filters, FILTER, policies, EnumSet.of(Action.ALLOW));
        return filters;
    }

    private static void add(
            List<HttpFilter> filters,
            String name,
            List<AuthorizationPolicy> policies,
            Set<Action> actions) {
        List<AuthorizationPolicy> real =
                policies.stream().filter(p -> actions.contains(p.action()) && !p.dryRun()).toList();
        if (real.isEmpty()) {
            return;
        }
        RBAC.Action action = actions.contains(Action.ALLOW) ? RBAC.Action.ALLOW : RBAC.Action.DENY;
        var rbac =
                io.envoyproxy
                        .envoy
                        .extensions
                        .filters
                        .http
                        .rbac
                        .v3
                        .RBAC
                        .newBuilder()
                        .setRules(judgeable(RbacTranslation.rbac(real, action, false, n -> n)))
                        .build();
        filters.add(HttpFilter.newBuilder().setName(name).setTypedConfig(Protos.any(rbac)).build());
    }

    private static RBAC judgeable(RBAC whole) {
        RBAC.Builder out = RBAC.newBuilder().setAction(whole.getAction());
        whole.getPoliciesMap()
                .forEach((name, policy) -> {
                    if (GrpcRules.canJudge(policy)) {
                        out.putPolicies(name, GrpcRules.of(policy));
                    } else if (whole.getAction() == RBAC.Action.DENY) {
                        out.putPolicies(name, everything());
                    }
                });
        return out.build();
    }

    private static Policy everything() {
        return Policy.newBuilder()
                .addPermissions(Permission.newBuilder().setAny(true))
                .addPrincipals(Principal.newBuilder().setAny(true))
                .build();
    }
}
