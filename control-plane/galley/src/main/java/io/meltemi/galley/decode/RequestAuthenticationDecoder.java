package io.meltemi.galley.decode;

import io.meltemi.model.config.Metadata;
import io.meltemi.model.config.RequestAuthentication;
import io.meltemi.model.config.RequestAuthentication.ClaimHeader;
import io.meltemi.model.config.RequestAuthentication.JwtRule;
import io.meltemi.model.config.RequestAuthentication.Output;
import io.meltemi.model.config.RequestAuthentication.Places;
import io.meltemi.model.config.RequestAuthentication.TokenHeader;

/// Reads a `RequestAuthentication`. Immutable.
final class RequestAuthenticationDecoder {
    private RequestAuthenticationDecoder() {}

    static RequestAuthentication decode(Metadata metadata, ObjectReader spec) {
        return new RequestAuthentication(
                metadata,
                SelectorDecoder.decode(spec),
                TargetRefsDecoder.decode(spec),
                spec.list("jwtRules", RequestAuthenticationDecoder::rule));
    }

    private static JwtRule rule(ObjectReader rule) {
        // Istio has `presence` in its schema and nothing that reads it.
        rule.notYet("jwksUri", "jwks_uri", "presence", "timeout");
        boolean fetched = rule.has("jwksUri") || rule.has("jwks_uri");
        String jwks = rule.string("jwks").orElse("");
        if (jwks.isEmpty() && !fetched) {
            rule.unsupported("jwks", "fetching the keys of an issuer (a rule without 'jwks')");
        }
        return new JwtRule(
                rule.requiredString("issuer"),
                rule.strings("audiences"),
                jwks,
                places(rule),
                output(rule),
                rule.strings("spaceDelimitedClaims"));
    }

    private static Places places(ObjectReader rule) {
        return new Places(
                rule.list(
                        "fromHeaders",
                        header ->
                                new TokenHeader(
                                        header.requiredString("name"),
                                        header.string("prefix").orElse(""))),
                rule.strings("fromParams"),
                rule.strings("fromCookies"));
    }

    private static Output output(ObjectReader rule) {
        return new Output(
                rule.string("outputPayloadToHeader").filter(name -> !name.isEmpty()),
                rule.list(
                        "outputClaimToHeaders",
                        entry ->
                                new ClaimHeader(
                                        entry.requiredString("header"),
                                        entry.requiredString("claim"))),
                rule.bool("forwardOriginalToken").orElse(false));
    }
}
