package io.meltemi.proxy.filter.rbac;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.extensions.filters.http.rbac.v3.RBAC;
import io.envoyproxy.envoy.extensions.filters.http.rbac.v3.RBACPerRoute;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.check.SupportedFields;
import io.meltemi.proxy.decide.rbac.RbacEngine;
import io.meltemi.proxy.filter.FilterContext;
import io.meltemi.proxy.filter.HttpFilter;
import io.meltemi.proxy.filter.TypedConfig;
import org.jspecify.annotations.Nullable;

/// Compiles `envoy.filters.http.rbac`. Immutable: pure functions.
public final class RbacCompiler {
    private static final SupportedFields FIELDS =
            SupportedFields.builder()
                    .include(RbacRulesCompiler.FIELDS)
                    .supports(
                            RBAC.getDescriptor(),
                            "rules rules_stat_prefix shadow_rules shadow_rules_stat_prefix")
                    .supports(RBACPerRoute.getDescriptor(), "rbac")
                    .build();

    private RbacCompiler() {}

    public static @Nullable HttpFilter compile(
            String name, Any config, ConfigPlace at, FilterContext context) {
        RBAC rbac = TypedConfig.open(config, RBAC.getDefaultInstance(), FIELDS, at);
        if (rbac == null) {
            return null;
        }
        String prefix = rbac.getRulesStatPrefix();
        String shadowPrefix = rbac.getShadowRulesStatPrefix();
        return new RbacFilter(
                name,
                rules(rbac, at),
                RbacCounts.of(prefix, shadowPrefix, context.stats()),
                prefix,
                shadowPrefix);
    }

    public static @Nullable Object compileRoute(Any config, ConfigPlace at, FilterContext context) {
        RBACPerRoute perRoute =
                TypedConfig.open(config, RBACPerRoute.getDefaultInstance(), FIELDS, at);
        // Envoy: without `rbac` the filter lets this route's requests pass.
        return perRoute == null ? null : rules(perRoute.getRbac(), at.field("rbac"));
    }

    private static RbacRules rules(RBAC rbac, ConfigPlace at) {
        RbacEngine enforced =
                rbac.hasRules()
                        ? RbacRulesCompiler.compile(rbac.getRules(), at.field("rules"))
                        : null;
        RbacEngine shadow =
                rbac.hasShadowRules()
                        ? RbacRulesCompiler.compile(rbac.getShadowRules(), at.field("shadow_rules"))
                        : null;
        return new RbacRules(
                enforced, shadow, rbac.getRulesStatPrefix(), rbac.getShadowRulesStatPrefix());
    }
}
