package io.meltemi.pilot.translate.security;

import com.google.protobuf.Empty;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtRequirement;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtRequirementAndList;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtRequirementOrList;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.RequirementRule;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.meltemi.model.config.RequestAuthentication;
import io.meltemi.model.config.RequestAuthentication.JwtRule;
import io.meltemi.pilot.translate.Protos;
import java.util.ArrayList;
import java.util.Comparator;
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

    /// Istio: at a gateway a route may ask for a claim, so that it is chosen again once the claims
    /// are known; in front of a workload there is one route.
    ///
    /// @return empty when no token is asked for
    public static Optional<HttpFilter> ofGateway(List<RequestAuthentication> policies) {
        return filter(policies, true);
    }

    /// In front of a workload.
    ///
    /// @return empty when no token is asked for
    public static Optional<HttpFilter> ofWorkload(List<RequestAuthentication> policies) {
        return filter(policies, false);
    }

    private static Optional<HttpFilter> filter(
            List<RequestAuthentication> policies, boolean clearRouteCache) {
        List<JwtRule> rules =
                policies.stream()
                        .flatMap(p -> p.jwtRules().stream())
                        .sorted(Comparator.comparing(JwtRule::issuer))
                        .toList();
        if (rules.isEmpty()) {
            return Optional.empty();
        }
        JwtAuthentication.Builder out = JwtAuthentication.newBuilder().setBypassCorsPreflight(true);
        for (int i = 0; i < rules.size(); i++) {
            out.putProviders(name(i), JwtProviders.of(rules.get(i), clearRouteCache));
        }
        out.addRules(
                RequirementRule.newBuilder()
                        .setMatch(RouteMatch.newBuilder().setPrefix("/"))
                        .setRequires(requirement(rules.size())));
        return Optional.of(
                HttpFilter.newBuilder()
                        .setName(FILTER)
                        .setTypedConfig(Protos.any(out.build()))
                        .build());
    }

    private static String name(int provider) {
        return "origins-" + provider;
    }

    /// Istio: one good token is enough; else none may be there that is bad.
    ///
    /// The second alone would refuse a token for one provider at the place where another looks too.
    private static JwtRequirement requirement(int providers) {
        List<JwtRequirement> goodOrMissing = new ArrayList<>();
        List<JwtRequirement> any = new ArrayList<>();
        for (int i = 0; i < providers; i++) {
            JwtRequirement good = JwtRequirement.newBuilder().setProviderName(name(i)).build();
            any.add(good);
            goodOrMissing.add(
                    or(
                            List.of(
                                    good,
                                    JwtRequirement.newBuilder()
                                            .setAllowMissing(Empty.getDefaultInstance())
                                            .build())));
        }
        if (providers == 1) {
            return goodOrMissing.getFirst();
        }
        any.add(
                JwtRequirement.newBuilder()
                        .setRequiresAll(
                                JwtRequirementAndList.newBuilder()
                                        .addAllRequirements(goodOrMissing))
                        .build());
        return or(any);
    }

    private static JwtRequirement or(List<JwtRequirement> requirements) {
        return JwtRequirement.newBuilder()
                .setRequiresAny(JwtRequirementOrList.newBuilder().addAllRequirements(requirements))
                .build();
    }
}
