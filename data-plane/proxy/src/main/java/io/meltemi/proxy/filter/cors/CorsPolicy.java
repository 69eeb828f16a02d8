package io.meltemi.proxy.filter.cors;

import io.meltemi.proxy.config.route.LayeredConfig;
import io.meltemi.proxy.decide.match.Fraction;
import io.meltemi.proxy.decide.match.StringMatch;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What pages of other origins may do with a route. Immutable.
///
/// Envoy: what a level leaves open is taken from the next one outwards, but for the two shares,
/// which are the innermost level's.
///
/// @param allowMethods empty: open
/// @param allowHeaders empty: open
/// @param exposeHeaders empty: open
/// @param maxAge empty: open
/// @param allowCredentials null: open
/// @param allowPrivateNetwork null: open
/// @param forwardOthers whether preflights of origins that are not allowed go upstream; null: open
record CorsPolicy(
        List<StringMatch> origins,
        String allowMethods,
        String allowHeaders,
        String exposeHeaders,
        String maxAge,
        @Nullable Boolean allowCredentials,
        @Nullable Boolean allowPrivateNetwork,
        @Nullable Boolean forwardOthers,
        Fraction enabled,
        Fraction shadow)
        implements LayeredConfig {
    CorsPolicy {
        origins = List.copyOf(origins);
    }

    @Override
    public Object above(Object outer) {
        return outer instanceof CorsPolicy rest
                ? new CorsPolicy(
                        origins.isEmpty() ? rest.origins : origins,
                        first(allowMethods, rest.allowMethods),
                        first(allowHeaders, rest.allowHeaders),
                        first(exposeHeaders, rest.exposeHeaders),
                        first(maxAge, rest.maxAge),
                        allowCredentials == null ? rest.allowCredentials : allowCredentials,
                        allowPrivateNetwork == null
                                ? rest.allowPrivateNetwork
                                : allowPrivateNetwork,
                        forwardOthers == null ? rest.forwardOthers : forwardOthers,
                        enabled,
                        shadow)
                : this;
    }

    private static String first(String own, String outer) {
        return own.isEmpty() ? outer : own;
    }

    /// Envoy: a matcher that takes `*` takes every origin.
    boolean allows(String origin) {
        for (int i = 0; i < origins.size(); i++) {
            StringMatch each = origins.get(i);
            if (each.matches("*") || each.matches(origin)) {
                return true;
            }
        }
        return false;
    }

    boolean allowsCredentials() {
        return Boolean.TRUE.equals(allowCredentials);
    }

    boolean allowsPrivateNetwork() {
        return Boolean.TRUE.equals(allowPrivateNetwork);
    }

    boolean forwardsOthers() {
        return !Boolean.FALSE.equals(forwardOthers);
    }
}
