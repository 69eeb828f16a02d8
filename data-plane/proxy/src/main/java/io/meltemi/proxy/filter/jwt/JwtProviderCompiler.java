package io.meltemi.proxy.filter.jwt;

import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtHeader;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.match.HeaderMatchCompiler;
import io.meltemi.proxy.config.match.StringMatchCompiler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Compiles `JwtProvider`. Immutable: pure functions, but for reading a file of keys.
final class JwtProviderCompiler {
    private static final long DEFAULT_SKEW_SECONDS = 60;

    private JwtProviderCompiler() {}

    static JwtProvider compile(
            String name,
            io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtProvider proto,
            ConfigPlace at) {
        List<String> audiences = new ArrayList<>();
        proto.getAudiencesList().forEach(a -> audiences.add(Jwt.plainAudience(a)));
        List<JwtProvider.ClaimHeader> claims = new ArrayList<>();
        proto.getClaimToHeadersList()
                .forEach(claim ->
                        claims.add(
                                new JwtProvider.ClaimHeader(
                                        claim.getHeaderName().toLowerCase(Locale.ROOT),
                                        List.of(claim.getClaimName().split("\\.", -1)))));
        return new JwtProvider(
                name,
                proto.getIssuer(),
                audiences,
                proto.hasSubjects()
                        ? StringMatchCompiler.compile(proto.getSubjects(), at.field("subjects"))
                        : null,
                mostSeconds(proto),
                jwks(proto, at),
                places(proto, at),
                proto.getForward(),
                proto.getForwardPayloadHeader().toLowerCase(Locale.ROOT),
                proto.getPadForwardPayloadHeader(),
                proto.getPayloadInMetadata(),
                proto.getHeaderInMetadata(),
                proto.getNormalizePayloadInMetadata().getSpaceDelimitedClaimsList(),
                claims,
                proto.getClearRouteCache(),
                proto.getClockSkewSeconds() == 0
                        ? DEFAULT_SKEW_SECONDS
                        : Integer.toUnsignedLong(proto.getClockSkewSeconds()),
                new VerifiedTokens());
    }

    /// Envoy: who requires an end takes any.
    private static long mostSeconds(
            io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtProvider proto) {
        if (proto.hasMaxLifetime()) {
            return proto.getMaxLifetime().getSeconds();
        }
        return proto.getRequireExpiration() ? Long.MAX_VALUE : -1;
    }

    private static Jwks jwks(
            io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtProvider proto,
            ConfigPlace at) {
        ConfigPlace place = at.field("local_jwks");
        String json = proto.hasLocalJwks() ? text(proto.getLocalJwks(), place) : null;
        Jwks jwks = json == null ? null : Jwks.parse(json);
        if (json == null) {
            place.refuse("must have inline_string, inline_bytes or filename");
        } else if (jwks == null) {
            place.refuse("is no JSON object with keys");
        }
        return jwks == null ? new Jwks(List.of()) : jwks;
    }

    private static @Nullable String text(DataSource source, ConfigPlace at) {
        return switch (source.getSpecifierCase()) {
            case INLINE_STRING -> source.getInlineString();
            case INLINE_BYTES -> source.getInlineBytes().toStringUtf8();
            case FILENAME -> {
                try {
                    yield Files.readString(Path.of(source.getFilename()));
                } catch (IOException e) {
                    at.field("filename").refuse("'" + source.getFilename() + "': " + e);
                    yield null;
                }
            }
            case ENVIRONMENT_VARIABLE, SPECIFIER_NOT_SET -> null;
        };
    }

    /// Envoy: without any place configured, `authorization: Bearer` and `?access_token=`.
    private static List<TokenPlace> places(
            io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtProvider proto,
            ConfigPlace at) {
        List<TokenPlace> places = new ArrayList<>();
        for (int i = 0; i < proto.getFromHeadersCount(); i++) {
            JwtHeader header = proto.getFromHeaders(i);
            places.add(
                    new TokenPlace.Header(
                            HeaderMatchCompiler.name(
                                    header.getName(), at.element("from_headers", i).field("name")),
                            header.getValuePrefix()));
        }
        proto.getFromParamsList().forEach(p -> places.add(new TokenPlace.Parameter(p)));
        proto.getFromCookiesList().forEach(c -> places.add(new TokenPlace.Cookie(c)));
        if (places.isEmpty()) {
            places.add(new TokenPlace.Header("authorization", "Bearer "));
            places.add(new TokenPlace.Parameter("access_token"));
        }
        return places;
    }
}
