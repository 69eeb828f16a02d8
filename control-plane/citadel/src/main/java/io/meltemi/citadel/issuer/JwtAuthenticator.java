package io.meltemi.citadel.issuer;

import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.meltemi.base.identity.SpiffeId;
import io.meltemi.base.identity.TrustDomain;
import io.meltemi.citadel.sender.Authenticator;
import io.meltemi.citadel.sender.Credentials;
import io.meltemi.citadel.sender.Proof;
import io.meltemi.citadel.sender.Verdict;
import java.io.IOException;
import java.time.Clock;

/// Believes the signed tokens of one issuer. Thread-safe.
public final class JwtAuthenticator implements Authenticator {
    private final TokenIssuer issuer;
    private final TokenKeys keys;
    private final TokenCheck check;
    private final TrustDomain trustDomain;

    JwtAuthenticator(TokenIssuer issuer, TokenKeys keys, TrustDomain trustDomain, Clock clock) {
        this.issuer = issuer;
        this.keys = keys;
        this.check = new TokenCheck(issuer, clock);
        this.trustDomain = trustDomain;
    }

    @Override
    public String name() {
        return "token of " + issuer.issuer();
    }

    @Override
    public Verdict authenticate(Credentials credentials) {
        if (credentials.bearer().isEmpty()) {
            return new Verdict.NothingShown();
        }
        try {
            return new Verdict.Proven(identify(credentials.bearer().get()), Proof.JWT);
        } catch (RefusedTokenException e) {
            return new Verdict.Refused(e.reason());
        } catch (IOException e) {
            return new Verdict.Unreachable(String.valueOf(e.getMessage()));
        }
    }

    private SpiffeId identify(String token) throws RefusedTokenException, IOException {
        SignedJWT jwt = TokenCheck.read(token);
        JWTClaimsSet claims = TokenCheck.claims(jwt);
        check.requireIssuer(claims);
        JWKSet current = keys.current();
        check.requireSignature(jwt, current);
        check.requireTime(claims);
        check.requireAudience(claims);
        return issuer.identity().identify(claims.toJSONObject(), trustDomain);
    }
}
