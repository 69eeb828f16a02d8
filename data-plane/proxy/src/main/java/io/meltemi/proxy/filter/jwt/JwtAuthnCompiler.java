package io.meltemi.proxy.filter.jwt;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtClaimToHeader;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtHeader;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtRequirementAndList;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtRequirementOrList;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.PerRouteConfig;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.ProviderWithAudiences;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.RequirementRule;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.check.SupportedFields;
import io.meltemi.proxy.config.route.RouteFields;
import io.meltemi.proxy.config.route.RouteMatchCompiler;
import io.meltemi.proxy.filter.FilterContext;
import io.meltemi.proxy.filter.HttpFilter;
import io.meltemi.proxy.filter.TypedConfig;
import io.meltemi.proxy.runtime.RuntimeKeys;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Compiles `envoy.filters.http.jwt_authn`. Immutable: pure functions.
public final class JwtAuthnCompiler {
    private static final SupportedFields FIELDS =
            SupportedFields.builder()
                    .include(RouteFields.fields())
                    .supports(
                            JwtAuthentication.getDescriptor(),
                            "providers rules bypass_cors_preflight requirement_map"
                                    + " strip_failure_response stat_prefix")
                    .supports(
                            io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtProvider
                                    .getDescriptor(),
                            "issuer audiences subjects require_expiration max_lifetime"
                                    + " local_jwks forward from_headers from_params"
                                    + " from_cookies forward_payload_header"
                                    + " pad_forward_payload_header payload_in_metadata"
                                    + " normalize_payload_in_metadata header_in_metadata"
                                    + " clock_skew_seconds claim_to_headers clear_route_cache")
                    // our own cache of verified tokens is always on
                    .ignores(
                            io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtProvider
                                    .getDescriptor(),
                            "jwt_cache_config")
                    .supports(JwtHeader.getDescriptor(), "name value_prefix")
                    .supports(JwtClaimToHeader.getDescriptor(), "header_name claim_name")
                    .supports(RequirementRule.getDescriptor(), "match requires requirement_name")
                    .supports(
                            io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtRequirement
                                    .getDescriptor(),
                            "provider_name provider_and_audiences requires_any requires_all"
                                    + " allow_missing_or_failed allow_missing")
                    .supports(ProviderWithAudiences.getDescriptor(), "provider_name audiences")
                    .supports(JwtRequirementOrList.getDescriptor(), "requirements")
                    .supports(JwtRequirementAndList.getDescriptor(), "requirements")
                    .supports(PerRouteConfig.getDescriptor(), "disabled requirement_name")
                    .build();

    private JwtAuthnCompiler() {}

    public static @Nullable HttpFilter compile(
            String name, Any config, ConfigPlace at, FilterContext context) {
        JwtAuthentication jwt =
                TypedConfig.open(config, JwtAuthentication.getDefaultInstance(), FIELDS, at);
        if (jwt == null) {
            return null;
        }
        Map<String, JwtProvider> providers = new TreeMap<>();
        List<String> ownHeaders = new ArrayList<>();
        jwt.getProvidersMap()
                .forEach((key, proto) -> {
                    ConfigPlace place = at.entry("providers", key);
                    JwtProvider provider = JwtProviderCompiler.compile(key, proto, place);
                    providers.put(key, provider);
                    if (!provider.payloadHeader().isEmpty()) {
                        ownHeaders.add(provider.payloadHeader());
                    }
                    provider.claimHeaders().forEach(c -> ownHeaders.add(c.header()));
                });
        Map<String, JwtRequirement> named = new HashMap<>();
        jwt.getRequirementMapMap()
                .forEach((key, proto) ->
                        named.put(
                                key,
                                JwtRequirementCompiler.compile(
                                        proto, providers, at.entry("requirement_map", key))));
        JwtAuthnFilter.Settings settings =
                new JwtAuthnFilter.Settings(
                        name,
                        rules(jwt, providers, named, context.runtime(), at),
                        named,
                        ownHeaders,
                        jwt.getBypassCorsPreflight(),
                        jwt.getStripFailureResponse(),
                        jwt.getStatPrefix());
        return new JwtAuthnFilter(
                settings, context.epochSeconds(), context.random(), context.stats());
    }

    private static List<JwtAuthnFilter.Rule> rules(
            JwtAuthentication jwt,
            Map<String, JwtProvider> providers,
            Map<String, JwtRequirement> named,
            RuntimeKeys keys,
            ConfigPlace at) {
        List<JwtAuthnFilter.Rule> rules = new ArrayList<>();
        for (int i = 0; i < jwt.getRulesCount(); i++) {
            RequirementRule rule = jwt.getRules(i);
            ConfigPlace place = at.element("rules", i);
            JwtRequirement requirement =
                    switch (rule.getRequirementTypeCase()) {
                        case REQUIRES ->
                                JwtRequirementCompiler.compile(
                                        rule.getRequires(), providers, place.field("requires"));
                        case REQUIREMENT_NAME -> named.get(rule.getRequirementName());
                        case REQUIREMENTTYPE_NOT_SET -> new JwtRequirement.Nothing();
                    };
            if (requirement == null) {
                place.field("requirement_name")
                        .refuse(
                                "'"
                                        + rule.getRequirementName()
                                        + "' does not stand in requirement_map");
                requirement = new JwtRequirement.Nothing();
            }
            rules.add(
                    new JwtAuthnFilter.Rule(
                            RouteMatchCompiler.compile(rule.getMatch(), keys, place.field("match")),
                            requirement));
        }
        return rules;
    }

    public static @Nullable Object compileRoute(Any config, ConfigPlace at, FilterContext context) {
        PerRouteConfig perRoute =
                TypedConfig.open(config, PerRouteConfig.getDefaultInstance(), FIELDS, at);
        if (perRoute == null) {
            return null;
        }
        return switch (perRoute.getRequirementSpecifierCase()) {
            case DISABLED -> {
                if (!perRoute.getDisabled()) {
                    at.field("disabled").refuse("must be true, or left out");
                }
                yield new JwtAuthnFilter.PerRoute(null);
            }
            case REQUIREMENT_NAME -> new JwtAuthnFilter.PerRoute(perRoute.getRequirementName());
            case REQUIREMENTSPECIFIER_NOT_SET -> {
                at.refuse("must have disabled or requirement_name");
                yield null;
            }
        };
    }
}
