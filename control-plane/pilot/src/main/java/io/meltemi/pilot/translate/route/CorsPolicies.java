package io.meltemi.pilot.translate.route;

import io.envoyproxy.envoy.config.core.v3.RuntimeFractionalPercent;
import io.envoyproxy.envoy.extensions.filters.http.cors.v3.CorsPolicy;
import io.envoyproxy.envoy.type.v3.FractionalPercent;
import io.meltemi.model.config.HttpRoute;
import io.meltemi.model.config.HttpRoute.UnmatchedPreflights;
import io.meltemi.pilot.translate.Protos;

/// Which pages of other origins may call. Thread-safe: pure.
public final class CorsPolicies {
    /// Name of the filter and of its configuration per route.
    public static final String FILTER = "envoy.filters.http.cors";

    private static final int ALL = 100;

    private CorsPolicies() {}

    static CorsPolicy translate(HttpRoute.CorsPolicy cors) {
        CorsPolicy.Builder out =
                CorsPolicy.newBuilder()
                        .setFilterEnabled(
                                RuntimeFractionalPercent.newBuilder()
                                        .setDefaultValue(
                                                FractionalPercent.newBuilder().setNumerator(ALL)));
        cors.allowOrigins()
                .forEach(origin ->
                        StringMatches.translate(origin).ifPresent(out::addAllowOriginStringMatch));
        out.setAllowMethods(String.join(",", cors.allowMethods()));
        out.setAllowHeaders(String.join(",", cors.allowHeaders()));
        out.setExposeHeaders(String.join(",", cors.exposeHeaders()));
        cors.maxAge().ifPresent(age -> out.setMaxAge(Long.toString(age.toSeconds())));
        cors.allowCredentials()
                .ifPresent(may -> out.setAllowCredentials(may ? Protos.TRUE : Protos.FALSE));
        if (cors.unmatchedPreflights() == UnmatchedPreflights.IGNORE) {
            out.setForwardNotMatchingPreflights(Protos.FALSE);
        }
        return out.build();
    }
}
