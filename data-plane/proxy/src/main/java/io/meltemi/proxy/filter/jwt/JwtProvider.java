package io.meltemi.proxy.filter.jwt;

import io.meltemi.proxy.decide.match.StringMatch;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One issuer of tokens, compiled. Thread-safe: only its cache changes.
///
/// @param issuer empty: any
/// @param audiences as [Jwt#plainAudience] writes them; empty: any
/// @param subjects null: any
/// @param mostSeconds how long from now a token may be good, which must then say until when; -1:
///   any, and it need not
/// @param forward whether the upstream gets the token
/// @param payloadHeader gets the payload; empty: none does
/// @param payloadInMetadata the key of the payload in dynamic metadata; empty: it is not noted
/// @param headerInMetadata the same for the token's header
/// @param spaceDelimited claims that become lists in metadata
/// @param skewSeconds how far clocks may differ
record JwtProvider(
        String name,
        String issuer,
        List<String> audiences,
        @Nullable StringMatch subjects,
        long mostSeconds,
        Jwks jwks,
        List<TokenPlace> places,
        boolean forward,
        String payloadHeader,
        boolean padPayload,
        String payloadInMetadata,
        String headerInMetadata,
        List<String> spaceDelimited,
        List<ClaimHeader> claimHeaders,
        boolean clearsRoute,
        long skewSeconds,
        VerifiedTokens verified) {
    JwtProvider {
        audiences = List.copyOf(audiences);
        places = List.copyOf(places);
        spaceDelimited = List.copyOf(spaceDelimited);
        claimHeaders = List.copyOf(claimHeaders);
    }

    /// A claim that travels on as a header.
    ///
    /// @param path nested claims, outermost first
    record ClaimHeader(String header, List<String> path) {
        ClaimHeader {
            path = List.copyOf(path);
        }
    }

    boolean issues(Jwt jwt) {
        return issuer.isEmpty() || issuer.equals(jwt.issuer());
    }

    /// All that Envoy checks of one token, in its order.
    ///
    /// @param audiencesAsked instead of the provider's, unless empty
    JwtStatus check(String token, Jwt jwt, List<String> audiencesAsked, long nowSeconds) {
        double notBefore = jwt.seconds("nbf");
        if (notBefore > nowSeconds + skewSeconds) {
            return JwtStatus.NOT_YET_VALID;
        }
        double expires = jwt.seconds("exp");
        if (expires > 0 && nowSeconds > expires + skewSeconds) {
            return JwtStatus.EXPIRED;
        }
        if (!jwt.isFor(audiencesAsked.isEmpty() ? audiences : audiencesAsked)) {
            return JwtStatus.AUDIENCE_NOT_ALLOWED;
        }
        if (subjects != null && !subjects.matches(jwt.subject())) {
            return JwtStatus.VERIFICATION_FAILS;
        }
        if (mostSeconds >= 0 && (expires <= 0 || expires - nowSeconds > mostSeconds)) {
            return JwtStatus.VERIFICATION_FAILS;
        }
        if (verified.find(token) != null) {
            return JwtStatus.OK;
        }
        JwtStatus status = jwks.verify(jwt);
        if (status == JwtStatus.OK) {
            verified.put(token, jwt);
        }
        return status;
    }
}
