package io.meltemi.citadel.issuer;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.factories.DefaultJWSVerifierFactory;
import com.nimbusds.jose.jwk.AsymmetricJWK;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Whether a token is the issuer's, for us, and still good. Thread-safe.
final class TokenCheck {
    /// Signatures of key pairs only: `none` proves nothing, and with a shared secret (HS256) a
    /// public key would be one.
    private static final List<JWSAlgorithm> ALGORITHMS =
            List.of(
                    JWSAlgorithm.RS256,
                    JWSAlgorithm.RS384,
                    JWSAlgorithm.RS512,
                    JWSAlgorithm.PS256,
                    JWSAlgorithm.PS384,
                    JWSAlgorithm.PS512,
                    JWSAlgorithm.ES256,
                    JWSAlgorithm.ES384,
                    JWSAlgorithm.ES512);

    private final TokenIssuer issuer;
    private final Clock clock;

    TokenCheck(TokenIssuer issuer, Clock clock) {
        this.issuer = issuer;
        this.clock = clock;
    }

    /// Cheap checks first: most tokens that come here are of other issuers.
    static SignedJWT read(String token) throws RefusedTokenException {
        SignedJWT jwt;
        try {
            jwt = SignedJWT.parse(token);
        } catch (ParseException _) {
            throw new RefusedTokenException("no signed token");
        }
        if (!ALGORITHMS.contains(jwt.getHeader().getAlgorithm())) {
            throw new RefusedTokenException(
                    "signed with an algorithm that is not taken: expected one of " + ALGORITHMS);
        }
        return jwt;
    }

    static JWTClaimsSet claims(SignedJWT jwt) throws RefusedTokenException {
        try {
            return jwt.getJWTClaimsSet();
        } catch (ParseException _) {
            throw new RefusedTokenException("its claims cannot be read");
        }
    }

    void requireIssuer(JWTClaimsSet claims) throws RefusedTokenException {
        if (!issuer.issuer().equals(claims.getIssuer())) {
            throw new RefusedTokenException("the token is of another issuer");
        }
    }

    /// The key must be made for the algorithm, and where the token names one, be that one.
    void requireSignature(SignedJWT jwt, JWKSet keys) throws RefusedTokenException {
        List<JWK> fitting = new JWKSelector(JWKMatcher.forJWSHeader(jwt.getHeader())).select(keys);
        if (fitting.isEmpty()) {
            throw new RefusedTokenException("none of the issuer's keys fits the token");
        }
        for (JWK key : fitting) {
            if (isSignedBy(key, jwt)) {
                return;
            }
        }
        throw new RefusedTokenException("its signature is wrong");
    }

    private static boolean isSignedBy(JWK key, SignedJWT jwt) {
        try {
            JWSVerifier verifier =
                    new DefaultJWSVerifierFactory()
                            .createJWSVerifier(
                                    jwt.getHeader(), ((AsymmetricJWK) key).toPublicKey());
            return jwt.verify(verifier);
        } catch (JOSEException _) {
            return false;
        }
    }

    void requireTime(JWTClaimsSet claims) throws RefusedTokenException {
        Instant now = clock.instant();
        @Nullable Date end = claims.getExpirationTime();
        if (end == null) {
            throw new RefusedTokenException("it has no end (exp)");
        }
        if (!now.isBefore(end.toInstant().plus(issuer.skew()))) {
            throw new RefusedTokenException(
                    "it ended " + Duration.between(end.toInstant(), now).toSeconds() + " s ago");
        }
        @Nullable Date begin = claims.getNotBeforeTime();
        if (begin != null && now.isBefore(begin.toInstant().minus(issuer.skew()))) {
            throw new RefusedTokenException(
                    "it is good in "
                            + Duration.between(now, begin.toInstant()).toSeconds()
                            + " s only");
        }
    }

    void requireAudience(JWTClaimsSet claims) throws RefusedTokenException {
        if (claims.getAudience().stream().noneMatch(issuer.audiences()::contains)) {
            throw new RefusedTokenException(
                    "it is for another audience: expected " + issuer.audiences());
        }
    }
}
