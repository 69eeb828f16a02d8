package io.meltemi.pilot.translate.security;

import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtClaimToHeader;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtHeader;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtProvider;
import io.meltemi.model.config.RequestAuthentication.ClaimHeader;
import io.meltemi.model.config.RequestAuthentication.JwtRule;
import io.meltemi.model.config.RequestAuthentication.Keys;
import io.meltemi.model.config.RequestAuthentication.TokenHeader;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/// One issuer of tokens, as Envoy's. Thread-safe: pure.
final class JwtProviders {
    /// Istio: policies see these as lists whatever the rule says (RFC 8693 §4.2 has `scope`).
    private static final List<String> ALWAYS_SPACE_DELIMITED = List.of("permission", "scope");

    /// Nobody can sign with it: its other half was thrown away when it was made. Envoy takes no
    /// empty key set, and until an issuer's keys are there its tokens must not pass.
    private static final String NOBODYS_KEY =
            "{\"keys\":[{\"kty\":\"RSA\",\"alg\":\"RS256\",\"e\":\"AQAB\",\"n\":\""
                    + "r-4k5e9vm-eMO9-bbvZc4PTO2zj11XXOyKh9QFKbwaEJ2KErPfsaYeN0Bk3h3QWpsiIzgQBq"
                    + "G12ZfAorZqNo5H2JBogLKXbPBDfwLbAWUGlsdXNAXmM42UplNNXJmQCEMvMNL9KjN2c3WNhZ"
                    + "wSioHyBzObVLOAL5wDik9YUryVVGKgJUbDY4qo-WAOMbQtr2NUcNcmxupU5p5tE77cW-tbAm"
                    + "3XOaUIbf0fJbu1XDBKHjbAgLI84IRrjCwf3Y4aVAAuhwbNffqLuN4mhzOSeV03igTumD9Gko"
                    + "HWPEmpAxnNNmx-2w7WTFG5i4LU6_OLN31dx6JkbpB04bcV3ozONrMw"
                    + "\"}]}";

    private JwtProviders() {}

    static JwtProvider of(JwtRule rule, boolean clearRouteCache) {
        JwtProvider.Builder out =
                JwtProvider.newBuilder()
                        .setIssuer(rule.issuer())
                        .addAllAudiences(rule.audiences())
                        .setLocalJwks(DataSource.newBuilder().setInlineString(jwks(rule)))
                        .setForward(rule.output().forwardOriginalToken())
                        .setForwardPayloadHeader(rule.output().payloadToHeader().orElse(""))
                        .setPayloadInMetadata(JwtTranslation.PAYLOAD)
                        .setNormalizePayloadInMetadata(
                                JwtProvider.NormalizePayload.newBuilder()
                                        .addAllSpaceDelimitedClaims(spaceDelimited(rule)))
                        .setClearRouteCache(clearRouteCache)
                        .addAllFromParams(rule.places().fromParams())
                        .addAllFromCookies(rule.places().fromCookies());
        for (TokenHeader header : rule.places().fromHeaders()) {
            out.addFromHeaders(
                    JwtHeader.newBuilder().setName(header.name()).setValuePrefix(header.prefix()));
        }
        for (ClaimHeader entry : rule.output().claimToHeaders()) {
            out.addClaimToHeaders(
                    JwtClaimToHeader.newBuilder()
                            .setHeaderName(entry.header())
                            .setClaimName(entry.claim()));
        }
        return out.build();
    }

    private static String jwks(JwtRule rule) {
        return switch (rule.keys()) {
            case Keys.Written(String jwks) -> jwks;
            case Keys.Fetched _ -> NOBODYS_KEY;
        };
    }

    private static SortedSet<String> spaceDelimited(JwtRule rule) {
        SortedSet<String> claims = new TreeSet<>(ALWAYS_SPACE_DELIMITED);
        claims.addAll(rule.spaceDelimitedClaims());
        return claims;
    }
}
