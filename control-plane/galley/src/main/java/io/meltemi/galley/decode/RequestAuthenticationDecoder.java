package io.meltemi.galley.decode;

import io.meltemi.model.config.Metadata;
import io.meltemi.model.config.RequestAuthentication;
import io.meltemi.model.config.RequestAuthentication.JwtRule;

/// Reads a `RequestAuthentication`. Immutable.
final class RequestAuthenticationDecoder {
    private RequestAuthenticationDecoder() {}

    static RequestAuthentication decode(Metadata metadata, ObjectReader spec) {
        spec.notYet("targetRef", "targetRefs");
        return new RequestAuthentication(
                metadata,
                SelectorDecoder.decode(spec),
                spec.list("jwtRules", RequestAuthenticationDecoder::rule));
    }

    private static JwtRule rule(ObjectReader rule) {
        rule.notYet(
                "fromCookies",
                "fromHeaders",
                "fromParams",
                "jwksUri",
                "jwks_uri",
                "outputClaimToHeaders",
                "outputPayloadToHeader",
                "presence",
                "spaceDelimitedClaims",
                "timeout");
        boolean fetched = rule.has("jwksUri") || rule.has("jwks_uri");
        String jwks = rule.string("jwks").orElse("");
        if (jwks.isEmpty() && !fetched) {
            rule.unsupported("jwks", "fetching the keys of an issuer (a rule without 'jwks')");
        }
        return new JwtRule(
                rule.requiredString("issuer"),
                rule.strings("audiences"),
                jwks,
                rule.bool("forwardOriginalToken").orElse(false));
    }
}
