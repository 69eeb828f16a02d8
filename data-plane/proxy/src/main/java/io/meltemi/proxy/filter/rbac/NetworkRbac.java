package io.meltemi.proxy.filter.rbac;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.extensions.filters.network.rbac.v3.RBAC;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.check.SupportedFields;
import io.meltemi.proxy.config.match.Values;
import io.meltemi.proxy.decide.DecisionLog;
import io.meltemi.proxy.decide.RequestFacts;
import io.meltemi.proxy.decide.rbac.RbacEngine;
import io.meltemi.proxy.filter.FilterStats;
import io.meltemi.proxy.filter.TypedConfig;
import io.meltemi.proxy.filter.network.NetworkConnection;
import io.meltemi.proxy.filter.network.NetworkFilter;
import io.meltemi.proxy.loop.Timer;
import org.jspecify.annotations.Nullable;

/// `envoy.filters.network.rbac`: decides once per connection whether it may stay. Immutable.
///
/// Envoy: with the client's first byte, when TLS has proved who it is.
public final class NetworkRbac implements NetworkFilter {
    private static final SupportedFields FIELDS =
            SupportedFields.builder()
                    .include(RbacRulesCompiler.FIELDS)
                    .supports(
                            RBAC.getDescriptor(),
                            "rules shadow_rules shadow_rules_stat_prefix stat_prefix"
                                    + " enforcement_type delay_deny")
                    .build();

    private final @Nullable RbacEngine enforced;
    private final @Nullable RbacEngine shadow;
    private final FilterStats.Count allowed;
    private final FilterStats.Count denied;
    private final FilterStats.Count shadowAllowed;
    private final FilterStats.Count shadowDenied;
    private final long delayNanos;

    private NetworkRbac(
            @Nullable RbacEngine enforced,
            @Nullable RbacEngine shadow,
            RBAC rbac,
            long delayNanos,
            FilterStats stats) {
        this.enforced = enforced;
        this.shadow = shadow;
        this.delayNanos = delayNanos;
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
                rbac.hasDelayDeny() ? Values.nanos(rbac.getDelayDeny(), at.field("delay_deny")) : 0,
                rootStats);
    }

    @Override
    public boolean readsBytes() {
        return true;
    }

    @Override
    public boolean onFirstBytes(NetworkConnection connection) {
        String denial = denial(connection.facts());
        if (denial == null) {
            return true;
        }
        if (delayNanos == 0) {
            connection.close(denial, null);
        } else {
            Timer timer = new Timer(_ -> connection.close(denial, null));
            connection.loop().timers().arm(timer, delayNanos);
            connection.onClosed(() -> connection.loop().timers().cancel(timer));
        }
        return false;
    }

    /// Notes which policies match and what the others miss; decides nothing.
    public void explain(RequestFacts connection, DecisionLog log) {
        if (enforced != null) {
            var _ = enforced.match(connection, log);
        }
    }

    /// Why the connection must end (for `%CONNECTION_TERMINATION_DETAILS%`), or null. Headers of
    /// `connection` are empty.
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
