package io.meltemi.citadel.issuer;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.List;
import java.util.Map;

/// Somebody who signs tokens. Immutable.
record TestIssuer(ECKey key) {
    static final Instant NOW = Instant.parse("2026-03-01T00:00:00Z");
    static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
    static final String NAME = "https://ci.example";

    static TestIssuer create(String keyId) {
        try {
            return new TestIssuer(
                    new ECKeyGenerator(Curve.P_256)
                            .keyID(keyId)
                            .keyUse(KeyUse.SIGNATURE)
                            .generate());
        } catch (JOSEException e) {
            throw new IllegalStateException("every Java platform has P-256", e);
        }
    }

    /// A token that is good for an hour, with these claims beside and instead.
    String token(Map<String, Object> claims) {
        return sign(claims(claims));
    }

    static JWTClaimsSet claims(Map<String, Object> more) {
        JWTClaimsSet.Builder all =
                new JWTClaimsSet.Builder()
                        .issuer(NAME)
                        .audience(List.of("somebody", "istio-ca"))
                        .expirationTime(Date.from(NOW.plusSeconds(3_600)))
                        .claim("project", "shop")
                        .claim("job", "invoice");
        more.forEach(all::claim);
        return all.build();
    }

    String sign(JWTClaimsSet claims) {
        SignedJWT jwt =
                new SignedJWT(
                        new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(key.getKeyID()).build(),
                        claims);
        try {
            jwt.sign(new ECDSASigner(key));
        } catch (JOSEException e) {
            throw new IllegalStateException("a P-256 key signs", e);
        }
        return jwt.serialize();
    }

    /// Its public keys in a file.
    Path keys(Path folder) throws IOException {
        return Files.writeString(
                folder.resolve("keys.json"), new JWKSet(key).toPublicJWKSet().toString());
    }
}
