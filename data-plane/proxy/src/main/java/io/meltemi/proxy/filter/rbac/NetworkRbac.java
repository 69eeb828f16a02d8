package io.meltemi.proxy.filter.rbac;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.extensions.filters.network.rbac.v3.RBAC;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.check.SupportedFields;
import io.meltemi.proxy.decide.RequestFacts;
import io.meltemi.proxy.decide.rbac.RbacEngine;
import io.meltemi.proxy.filter.FilterStats;
import io.meltemi.proxy.filter.TypedConfig;
import org.jspecify.annotations.Nullable;

/// `envoy.filters.network.rbac`: decides once per connection whether it may stay. Immutable.
public final class NetworkRbac {
    private static final SupportedFields FIELDS =
            SupportedFields.builder()
                    .include(RbacRulesCompiler.FIELDS)
                    .supports(
                            RBAC.getDescriptor(),
                            "rules shadow_rules shadow_rules_stat_prefix stat_prefix"
                                    + " enforcement_type")
                    .build();

    private final @Nullable RbacEngine enforced;
    private final @Nullable RbacEngine shadow;
    private final FilterStats.Count allowed;
    private final FilterStats.Count denied;
    private final FilterStats.Count shadowAllowed;
    private final FilterStats.Count shadowDenied;

    private NetworkRbac(
            @Nullable RbacEngine enforced,
            @Nullable RbacEngine shadow,
            RBAC rbac,
            FilterStats stats) {
        this.enforced = enforced;
        this.shadow = shadow;
        String prefix = RbacRules.joined(rbac.getStatPrefix(), "rbac");
        String shadowPrefix = RbacRules.joined(prefix, rbac.getShadowRulesStatPrefix());
        allowed = stats.counter(prefix + "allowed");
        denied = stats.counter(prefix + "denied");
        shadowAllowed = stats.counter(shadowPrefix + "shadow_allowed");
        shadowDenied = stats.counter(shadowPrefix + "shadow_denied");
    }

    /// @param rootStats counters with whole names
    /// @return null when the configuration was refused at `at`
    public static @Nullable NetworkRbac compile(Any config, ConfigPlace at, FilterStats rootStats) {
        RBAC rbac = TypedConfig.open(config, RBAC.getDefaultInstance(), FIELDS, at);
        if (rbac == null) {
            return null;
        }
        if (rbac.getEnforcementType() != RBAC.EnforcementType.ONE_TIME_ON_FIRST_BYTE) {
            at.field("enforcement_type").refuse("only ONE_TIME_ON_FIRST_BYTE is supported");
        }
        return new NetworkRbac(
                rbac.hasRules()
                        ? RbacRulesCompiler.compile(rbac.getRules(), at.field("rules"))
                        : null,
                rbac.hasShadowRules()
                        ? RbacRulesCompiler.compile(rbac.getShadowRules(), at.field("shadow_rules"))
                        : null,
                rbac,
                rootStats);
    }

    /// Null when the connection may stay, or the reason for its end as access logs show it. Headers
    /// of `connection` are empty.
    public @Nullable String denial(RequestFacts connection) {
        if (shadow != null) {
            boolean wouldAllow = shadow.allows(shadow.match(connection, null));
            (wouldAllow ? shadowAllowed : shadowDenied).increment();
        }
        if (enforced == null) {
            return null;
        }
        int match = enforced.match(connection, null);
        if (enforced.allows(match)) {
            allowed.increment();
            return null;
        }
        denied.increment();
        return RbacRules.details(enforced.policyName(match));
    }
}
