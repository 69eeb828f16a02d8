package io.meltemi.pilot.translate.security;

import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtClaimToHeader;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtHeader;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtProvider;
import io.meltemi.model.config.RequestAuthentication.ClaimHeader;
import io.meltemi.model.config.RequestAuthentication.JwtRule;
import io.meltemi.model.config.RequestAuthentication.TokenHeader;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/// One issuer of tokens, as Envoy's. Thread-safe: pure.
final class JwtProviders {
    /// Istio: policies see these as lists whatever the rule says (RFC 8693 §4.2 has `scope`).
    private static final List<String> ALWAYS_SPACE_DELIMITED = List.of("permission", "scope");

    private JwtProviders() {}

    static JwtProvider of(JwtRule rule, boolean clearRouteCache) {
        JwtProvider.Builder out =
                JwtProvider.newBuilder()
                        .setIssuer(rule.issuer())
                        .addAllAudiences(rule.audiences())
                        .setLocalJwks(DataSource.newBuilder().setInlineString(rule.jwks()))
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

    private static SortedSet<String> spaceDelimited(JwtRule rule) {
        SortedSet<String> claims = new TreeSet<>(ALWAYS_SPACE_DELIMITED);
        claims.addAll(rule.spaceDelimitedClaims());
        return claims;
    }
}
