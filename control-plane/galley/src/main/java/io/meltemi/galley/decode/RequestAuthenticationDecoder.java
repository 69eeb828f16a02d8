package io.meltemi.galley.decode;

import io.meltemi.model.config.KeySource;
import io.meltemi.model.config.Metadata;
import io.meltemi.model.config.RequestAuthentication;
import io.meltemi.model.config.RequestAuthentication.ClaimHeader;
import io.meltemi.model.config.RequestAuthentication.JwtRule;
import io.meltemi.model.config.RequestAuthentication.Keys;
import io.meltemi.model.config.RequestAuthentication.Output;
import io.meltemi.model.config.RequestAuthentication.Places;
import io.meltemi.model.config.RequestAuthentication.TokenHeader;
import java.util.List;
import java.util.Optional;

/// Reads a `RequestAuthentication`. Immutable.
final class RequestAuthenticationDecoder {
    private static final List<String> WAYS = List.of("jwks", "jwksUri", "jwks_uri");

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
        rule.notYet("presence");
        Keys keys = keys(rule);
        return new JwtRule(
                rule.string("issuer").orElse(""),
                rule.strings("audiences"),
                keys,
                rule.duration("timeout"),
                places(rule),
                output(rule),
                rule.strings("spaceDelimitedClaims"));
    }

    /// Istio: without any of the fields the issuer's discovery document is asked.
    private static Keys keys(ObjectReader rule) {
        rule.exclusive(WAYS);
        Optional<String> jwks = rule.string("jwks").filter(text -> !text.isEmpty());
        Optional<String> newer = rule.string("jwksUri").filter(text -> !text.isEmpty());
        Optional<String> older = rule.string("jwks_uri").filter(text -> !text.isEmpty());
        Optional<Keys> here = jwks.map(Keys.Written::new);
        return here.or(() ->
                        newer.or(() -> older)
                                .map(uri -> new Keys.Fetched(new KeySource.Address(uri))))
                .orElseGet(() ->
                        new Keys.Fetched(
                                new KeySource.Discovery(rule.string("issuer").orElse(""))));
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
