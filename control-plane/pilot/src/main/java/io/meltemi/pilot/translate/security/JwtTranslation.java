package io.meltemi.pilot.translate.security;

import com.google.protobuf.Empty;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtProvider;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtRequirement;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtRequirementOrList;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.RequirementRule;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.meltemi.model.config.RequestAuthentication;
import io.meltemi.model.config.RequestAuthentication.JwtRule;
import io.meltemi.pilot.translate.Protos;
import java.util.List;
import java.util.Optional;

/// Whose tokens a workload believes. Thread-safe: pure.
///
/// Istio: a bad token is refused, a missing one passes; an AuthorizationPolicy may demand one.
public final class JwtTranslation {
    /// Name of the filter, under which it leaves what it read.
    public static final String FILTER = "envoy.filters.http.jwt_authn";

    /// Where the filter leaves the claims for the policies after it.
    public static final String PAYLOAD = "payload";

    private JwtTranslation() {}

    /// @return empty when no token is asked for
    public static Optional<HttpFilter> translate(List<RequestAuthentication> policies) {
        List<JwtRule> rules = policies.stream().flatMap(p -> p.jwtRules().stream()).toList();
        if (rules.isEmpty()) {
            return Optional.empty();
        }
        JwtAuthentication.Builder out = JwtAuthentication.newBuilder().setBypassCorsPreflight(true);
        JwtRequirementOrList.Builder any = JwtRequirementOrList.newBuilder();
        for (int i = 0; i < rules.size(); i++) {
            String name = "origins-" + i;
            out.putProviders(name, provider(rules.get(i)));
            any.addRequirements(JwtRequirement.newBuilder().setProviderName(name));
        }
        any.addRequirements(
                JwtRequirement.newBuilder().setAllowMissing(Empty.getDefaultInstance()));
        out.addRules(
                RequirementRule.newBuilder()
                        .setMatch(RouteMatch.newBuilder().setPrefix("/"))
                        .setRequires(JwtRequirement.newBuilder().setRequiresAny(any)));
        return Optional.of(
                HttpFilter.newBuilder()
                        .setName(FILTER)
                        .setTypedConfig(Protos.any(out.build()))
                        .build());
    }

    private static JwtProvider provider(JwtRule rule) {
        return JwtProvider.newBuilder()
                .setIssuer(rule.issuer())
                .addAllAudiences(rule.audiences())
                .setLocalJwks(DataSource.newBuilder().setInlineString(rule.jwks()))
                .setForward(rule.forwardOriginalToken())
                .setPayloadInMetadata(PAYLOAD)
                // A route may ask for a claim: it is chosen again once the claims are known.
                .setClearRouteCache(true)
                .build();
    }
}
