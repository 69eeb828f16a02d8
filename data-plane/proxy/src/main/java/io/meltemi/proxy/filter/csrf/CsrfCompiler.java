package io.meltemi.proxy.filter.csrf;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.extensions.filters.http.csrf.v3.CsrfPolicy;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.check.SupportedFields;
import io.meltemi.proxy.config.match.MatchFields;
import io.meltemi.proxy.config.match.StringMatchCompiler;
import io.meltemi.proxy.config.match.Values;
import io.meltemi.proxy.decide.match.Fraction;
import io.meltemi.proxy.filter.FilterContext;
import io.meltemi.proxy.filter.HttpFilter;
import io.meltemi.proxy.filter.TypedConfig;
import org.jspecify.annotations.Nullable;

/// Compiles `envoy.filters.http.csrf`. Immutable: pure functions.
public final class CsrfCompiler {
    private static final SupportedFields FIELDS =
            SupportedFields.builder()
                    .include(MatchFields.FIELDS)
                    .supports(
                            CsrfPolicy.getDescriptor(),
                            "filter_enabled shadow_enabled additional_origins")
                    .build();

    private CsrfCompiler() {}

    public static @Nullable HttpFilter compile(
            String name, Any config, ConfigPlace at, FilterContext context) {
        CsrfRules rules = rules(config, at, context);
        return rules == null
                ? null
                : new CsrfFilter(name, rules, context.random(), context.stats());
    }

    public static @Nullable Object compileRoute(Any config, ConfigPlace at, FilterContext context) {
        return rules(config, at, context);
    }

    private static @Nullable CsrfRules rules(Any config, ConfigPlace at, FilterContext context) {
        CsrfPolicy policy = TypedConfig.open(config, CsrfPolicy.getDefaultInstance(), FIELDS, at);
        if (policy == null) {
            return null;
        }
        if (!policy.hasFilterEnabled()) {
            at.field("filter_enabled").refuse("must be set");
        }
        return new CsrfRules(
                Values.share(
                        policy.hasFilterEnabled(),
                        policy.getFilterEnabled(),
                        Fraction.NONE,
                        context.runtime(),
                        at.field("filter_enabled")),
                Values.share(
                        policy.hasShadowEnabled(),
                        policy.getShadowEnabled(),
                        Fraction.NONE,
                        context.runtime(),
                        at.field("shadow_enabled")),
                StringMatchCompiler.compileAll(
                        policy.getAdditionalOriginsList(), at, "additional_origins"));
    }
}
