package io.meltemi.proxy.filter.cors;

import com.google.protobuf.Any;
import com.google.protobuf.BoolValue;
import io.envoyproxy.envoy.extensions.filters.http.cors.v3.Cors;
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

/// Compiles `envoy.filters.http.cors`. Immutable: pure functions.
public final class CorsCompiler {
    private static final SupportedFields FIELDS =
            SupportedFields.builder()
                    .include(MatchFields.FIELDS)
                    .supports(Cors.getDescriptor(), "")
                    .supports(
                            io.envoyproxy.envoy.extensions.filters.http.cors.v3.CorsPolicy
                                    .getDescriptor(),
                            "allow_origin_string_match allow_methods allow_headers"
                                    + " expose_headers max_age allow_credentials filter_enabled"
                                    + " shadow_enabled allow_private_network_access"
                                    + " forward_not_matching_preflights")
                    .build();

    private CorsCompiler() {}

    public static @Nullable HttpFilter compile(
            String name, Any config, ConfigPlace at, FilterContext context) {
        Cors cors = TypedConfig.open(config, Cors.getDefaultInstance(), FIELDS, at);
        return cors == null ? null : new CorsFilter(name, context.random(), context.stats());
    }

    public static @Nullable Object compileRoute(Any config, ConfigPlace at, FilterContext context) {
        var policy =
                TypedConfig.open(
                        config,
                        io.envoyproxy.envoy.extensions.filters.http.cors.v3.CorsPolicy
                                .getDefaultInstance(),
                        FIELDS,
                        at);
        return policy == null
                ? null
                : new CorsPolicy(
                        StringMatchCompiler.compileAll(
                                policy.getAllowOriginStringMatchList(),
                                at,
                                "allow_origin_string_match"),
                        policy.getAllowMethods(),
                        policy.getAllowHeaders(),
                        policy.getExposeHeaders(),
                        policy.getMaxAge(),
                        value(policy.hasAllowCredentials(), policy.getAllowCredentials()),
                        value(
                                policy.hasAllowPrivateNetworkAccess(),
                                policy.getAllowPrivateNetworkAccess()),
                        value(
                                policy.hasForwardNotMatchingPreflights(),
                                policy.getForwardNotMatchingPreflights()),
                        Values.share(
                                policy.hasFilterEnabled(),
                                policy.getFilterEnabled(),
                                Fraction.ALL,
                                context.runtime(),
                                at.field("filter_enabled")),
                        Values.share(
                                policy.hasShadowEnabled(),
                                policy.getShadowEnabled(),
                                Fraction.NONE,
                                context.runtime(),
                                at.field("shadow_enabled")));
    }

    private static @Nullable Boolean value(boolean isSet, BoolValue value) {
        return isSet ? value.getValue() : null;
    }
}
