package io.meltemi.proxy.filter.jwt;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.PerRouteConfig;
import io.meltemi.proxy.filter.FilterFixture;
import io.meltemi.proxy.filter.HttpFilter;
import io.meltemi.proxy.filter.HttpFilter.Verdict;
import io.meltemi.proxy.filter.testing.FakeFilterStream;
import io.meltemi.proxy.http.LocalReply;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class JwtAuthnFilterTest {
    /// One key for all tests: making it takes longer than they do.
    private static final Tokens ISSUER = Tokens.of("RS256");

    private static final long NOW = 1_800_000_000L;
    private static final String GOOD = "{\"iss\": \"iss1\", \"sub\": \"u\", \"aud\": [\"a\"]}";
    private static final String ONE = "{\"provider_name\": \"p1\"}";
    private static final String OPTIONAL =
            "{\"requires_any\": {\"requirements\": [{\"provider_name\": \"p1\"},"
                    + " {\"allow_missing\": {}}]}}";
    private static final String LENIENT =
            "{\"requires_any\": {\"requirements\": [{\"provider_name\": \"p1\"},"
                    + " {\"allow_missing_or_failed\": {}}]}}";

    private final FilterFixture fixture = new FilterFixture();

    private HttpFilter filter(Tokens issuer, String provider, String requires) {
        return fixture.filter(
                JwtAuthentication.newBuilder(),
                """
                {"providers": {"p1": {"issuer": "iss1", "audiences": ["a"], %s
                   "local_jwks": {"inline_string": "%s"}}},
                 "rules": [{"match": {"prefix": "/"}, "requires": %s}]}
                """
                        .formatted(provider, issuer.jwks().replace("\"", "\\\""), requires));
    }

    private HttpFilter filter(String provider, String requires) {
        return filter(ISSUER, provider, requires);
    }

    private FakeFilterStream with(String token) {
        return fixture.stream().header("authorization", "Bearer " + token);
    }

    private static String body(FakeFilterStream stream) {
        return requireNonNull(stream.reply()).body();
    }

    @ParameterizedTest
    @ValueSource(strings = {"RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA"})
    void signaturesOfEveryAlgorithmAreChecked(String alg) {
        Tokens issuer = Tokens.of(alg);
        HttpFilter filter = filter(issuer, "", ONE);
        String token = issuer.sign(GOOD);
        int last = token.lastIndexOf('.');
        String forged = issuer.sign(GOOD.replace("\"u\"", "\"x\""));
        FakeFilterStream bad =
                with(forged.substring(0, forged.lastIndexOf('.')) + token.substring(last));

        assertThat(filter.onRequest(with(token))).isEqualTo(Verdict.CONTINUE);
        assertThat(filter.onRequest(bad)).isEqualTo(Verdict.ANSWERED);
        assertThat(body(bad)).isEqualTo("Jwt verification fails");
    }

    /// Asked of Envoy 1.40, token by token.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                            {"iss": "iss1", "aud": "a", "exp": 1799999970} | 0 |
                            {"iss": "iss1", "aud": "a", "exp": 1799999939} | 401 | Jwt is expired
                            {"iss": "iss1", "aud": "a", "nbf": 1800000061} | 401 | Jwt not yet valid
                            {"iss": "iss1", "aud": "a", "nbf": 1800000060} | 0 |
                            {"iss": "iss1", "aud": "zz"} | 403 | Audiences in Jwt are not allowed
                            {"iss": "iss1"} | 403 | Audiences in Jwt are not allowed
                            {"iss": "iss1", "aud": ["b", "https://a/"]} | 0 |
                            {"iss": "other", "aud": "a"} | 401 | Jwt issuer is not configured
                            {"iss": 5} | 401 | Jwt payload [iss] field is not a string
                            {"iss": "iss1", "exp": "5"} | 401 | Jwt payload [exp] field is not an integer
                            {"iss": "iss1", "aud": "a", "exp": -1} | 401 | Jwt payload [exp] field is not a positive 64 bit integer
                    {"iss": "iss1", "aud": 5} | 401 | Jwt payload [aud] field is not a string or string list
                            nojson | 401 | Jwt payload is an invalid JSON
                    """)
    void claims(String claims, int status, String body) {
        FakeFilterStream stream = with(ISSUER.sign(claims));

        filter("", ONE).onRequest(stream);

        LocalReply reply = stream.reply();
        assertThat(reply == null ? 0 : reply.status()).isEqualTo(status);
        assertThat(reply == null ? null : reply.body()).isEqualTo(body);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {"alg": "RS256", "kid": "zz"} | Jwks doesn't have key to match kid or alg from Jwt
                    {"alg": "RS256"} |
                    {"alg": "none"} | Jwt header [alg] is not supported
                    {"alg": "HS256"} | Jwt header [alg] is not supported
                    {"alg": "ES256"} | Jwt verification fails
                    {"kid": "k1"} | Jwt header [alg] field is required and must be a string
                    {"alg": "RS256", "kid": 1} | Jwt header [kid] field is not a string
                    nojson | Jwt header is an invalid JSON
                    """)
    void headers(String header, String body) {
        FakeFilterStream stream = with(ISSUER.sign(GOOD, header));

        filter("", ONE).onRequest(stream);

        LocalReply reply = stream.reply();
        assertThat(reply == null ? null : reply.body()).isEqualTo(body);
    }

    /// Asked of Envoy 1.40.
    @ParameterizedTest
    @ValueSource(strings = {"abc", "!!!.e30.aa", "a.b", "a.b.c.d", "..", "a..c"})
    void whatHasNotThreeSectionsIsNoToken(String token) {
        FakeFilterStream stream = with(token);

        filter("", ONE).onRequest(stream);

        assertThat(body(stream))
                .isEqualTo(
                        "Jwt is not in the form of Header.Payload.Signature with two dots and 3"
                                + " sections");
    }

    /// Asked of Envoy 1.40.
    @Test
    void theChallengeNamesTheUrlAndTheDetailsTheReason() {
        FakeFilterStream missing = fixture.stream().header(":path", "/jwt?x=1");
        FakeFilterStream bad = with("abc");

        filter("", ONE).onRequest(missing);
        filter("", ONE).onRequest(bad);

        assertThat(missing.reply())
                .isEqualTo(
                        new LocalReply(
                                401,
                                "Jwt is missing",
                                null,
                                "jwt_authn_access_denied{Jwt_is_missing}",
                                Map.of(
                                        "www-authenticate",
                                        "Bearer realm=\"http://shop.example/jwt?x=1\"")));
        assertThat(requireNonNull(bad.reply()).headers())
                .containsEntry(
                        "www-authenticate",
                        "Bearer realm=\"http://shop.example/\", error=\"invalid_token\"");
    }

    /// Asked of Envoy 1.40; Istio requires tokens this way: none is fine, a bad one is not.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {"iss": "iss1", "aud": "a"} |  | CONTINUE | CONTINUE
                    {"iss": "iss1", "aud": "a", "exp": 1} | Jwt is expired | ANSWERED | CONTINUE
                    {"iss": "other"} | Jwt issuer is not configured | ANSWERED | CONTINUE
                    """)
    void optionalTokens(String claims, String body, Verdict optional, Verdict lenient) {
        FakeFilterStream stream = with(ISSUER.sign(claims));

        assertThat(filter("", OPTIONAL).onRequest(stream)).isEqualTo(optional);
        LocalReply reply = stream.reply();
        assertThat(reply == null ? null : reply.body()).isEqualTo(body);
        assertThat(filter("", LENIENT).onRequest(with(ISSUER.sign(claims)))).isEqualTo(lenient);
        assertThat(filter("", OPTIONAL).onRequest(fixture.stream())).isEqualTo(Verdict.CONTINUE);
    }

    /// Asked of Envoy 1.40: a list travels as JSON in Base64, the token is taken out.
    @Test
    void aGoodTokenLeavesItsClaimsBehind() {
        HttpFilter filter =
                filter(
                        """
                        "payload_in_metadata": "payload", "forward_payload_header": "X-Pay",
                        "clear_route_cache": true,
                        "normalize_payload_in_metadata": {"space_delimited_claims": ["scope"]},
                        "claim_to_headers": [{"header_name": "x-sub", "claim_name": "sub"},
                          {"header_name": "x-exp", "claim_name": "exp"},
                          {"header_name": "x-aud", "claim_name": "aud"},
                          {"header_name": "x-deep", "claim_name": "a.b"}],
                        """,
                        ONE);
        String claims =
                "{\"iss\": \"iss1\", \"sub\": \"u\", \"exp\": 1800000099, \"aud\": [\"a\"],"
                        + " \"scope\": \"x y\", \"a\": {\"b\": true}}";
        FakeFilterStream stream =
                with(ISSUER.sign(claims)).header("x-sub", "forged").header("x-pay", "forged");

        assertThat(filter.onRequest(stream)).isEqualTo(Verdict.CONTINUE);

        assertThat(stream.requestHeaders().toString())
                .endsWith(
                        "x-pay: "
                                + Tokens.base64(claims.getBytes(StandardCharsets.UTF_8))
                                + "\nx-sub: u\nx-exp: 1800000099\nx-aud: WyJhIl0=\nx-deep: true\n")
                .doesNotContain("authorization", "forged");
        assertThat(stream.dynamicMetadata("envoy.filters.http.jwt_authn"))
                .isInstanceOfSatisfying(
                        Map.class,
                        notes ->
                                assertThat(String.valueOf(notes.get("payload")))
                                        .contains("scope=[x, y]", "sub=u"));
        assertThat(stream.routeCacheCleared()).isEqualTo(1);
    }

    @Test
    void forwardKeepsTheToken() {
        FakeFilterStream stream = with(ISSUER.sign(GOOD));

        filter("\"forward\": true,", ONE).onRequest(stream);

        assertThat(stream.requestHeaders().contains("authorization")).isTrue();
    }

    /// Asked of Envoy 1.40.
    @Test
    void aParameterIsReadAndTakenOut() {
        FakeFilterStream stream =
                fixture.stream().header(":path", "/x?access_token=" + ISSUER.sign(GOOD) + "&z=1");

        assertThat(filter("", ONE).onRequest(stream)).isEqualTo(Verdict.CONTINUE);
        assertThat(stream.requestHeaders().get(":path")).isEqualTo("/x?z=1");
    }

    /// Asked of Envoy 1.40: otherwise a bad token could travel beside a good one.
    @Test
    void allTokensOfARequestMustBeGood() {
        FakeFilterStream stream =
                with(ISSUER.sign(GOOD))
                        .header(
                                ":path",
                                "/x?access_token="
                                        + ISSUER.sign("{\"iss\": \"iss1\", \"exp\": 1}"));

        assertThat(filter("", ONE).onRequest(stream)).isEqualTo(Verdict.ANSWERED);
        assertThat(body(stream)).isEqualTo("Jwt is expired");
    }

    @Test
    void configuredPlacesReplaceTheUsualOnes() {
        HttpFilter filter =
                filter(
                        "\"from_headers\": [{\"name\": \"X-Token\", \"value_prefix\": \"jwt:\"}],"
                                + " \"from_cookies\": [\"tok\"],",
                        ONE);
        String token = ISSUER.sign(GOOD);

        assertThat(filter.onRequest(with(token))).isEqualTo(Verdict.ANSWERED);
        assertThat(filter.onRequest(fixture.stream().header("x-token", "jwt:" + token)))
                .isEqualTo(Verdict.CONTINUE);
        assertThat(filter.onRequest(fixture.stream().header("cookie", "a=b; tok=" + token)))
                .isEqualTo(Verdict.CONTINUE);
    }

    @Test
    void aKnownTokenStillExpires() {
        fixture.context().epochSeconds().set(NOW);
        HttpFilter filter = filter("", ONE);
        String token = ISSUER.sign("{\"iss\": \"iss1\", \"aud\": \"a\", \"exp\": 1800000000}");

        assertThat(filter.onRequest(with(token))).isEqualTo(Verdict.CONTINUE);
        fixture.context().epochSeconds().set(NOW + 61);
        assertThat(filter.onRequest(with(token))).isEqualTo(Verdict.ANSWERED);
    }

    @Test
    void verifiedTokensAreBounded() {
        VerifiedTokens tokens = new VerifiedTokens();
        Jwt jwt = Jwt.parse(ISSUER.sign(GOOD));

        for (int i = 0; i < 5000; i++) {
            tokens.put("token" + i, jwt);
        }
        tokens.put("x".repeat(5000), jwt);

        assertThat(tokens.size()).isLessThanOrEqualTo(1000);
        assertThat(tokens.find("token4999")).isSameAs(jwt);
        assertThat(tokens.find("token0")).isNull();
        assertThat(tokens.find("x".repeat(5000))).isNull();
    }

    @Test
    void aRouteMaySwitchTheFilterOff() {
        FakeFilterStream stream =
                fixture.stream()
                        .routeConfig(
                                FilterFixture.NAME,
                                fixture.perRoute(
                                        PerRouteConfig.newBuilder(), "{\"disabled\": true}"));

        assertThat(filter("", ONE).onRequest(stream)).isEqualTo(Verdict.CONTINUE);
    }

    @Test
    void whatIsNotSupportedIsRefusedByName() {
        assertThat(
                        fixture.problems(
                                JwtAuthentication.newBuilder(),
                                """
                                {"providers": {"p": {"remote_jwks": {}, "failed_status_in_metadata": "failed"}},
                                 "rules": [{"match": {"prefix": "/"},
                                   "requires": {"provider_name": "q"}},
                                   {"match": {"prefix": "/"}, "requirement_name": "r"}]}
                                """))
                .containsExactlyInAnyOrder(
                        "providers[p].remote_jwks: is not supported",
                        "providers[p].failed_status_in_metadata: is not supported",
                        "providers[p].remote_jwks.http_uri: must be there",
                        "providers[p].local_jwks: must have inline_string, inline_bytes or"
                                + " filename",
                        "rules[0].requires.provider_name: 'q' is none of the providers [p]",
                        "rules[1].requirement_name: 'r' does not stand in requirement_map");
    }
}
