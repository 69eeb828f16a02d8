package io.meltemi.citadel.issuer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import io.meltemi.base.identity.SpiffeId;
import io.meltemi.base.identity.TrustDomain;
import io.meltemi.citadel.jwks.KeyFetchSettings;
import io.meltemi.citadel.jwks.KeyFetchSettings.Allowance;
import io.meltemi.citadel.sender.Authenticator;
import io.meltemi.citadel.sender.Credentials;
import io.meltemi.citadel.sender.Proof;
import io.meltemi.citadel.sender.Verdict;
import io.meltemi.model.config.KeySource;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class JwtAuthenticatorTest {
    private static final TrustDomain DOMAIN = TrustDomain.CLUSTER_LOCAL;
    private static final SpiffeId INVOICE = new SpiffeId(DOMAIN, "shop", "invoice");
    private static final TestIssuer ISSUER = TestIssuer.create("a");
    private static final Duration LONG = Duration.ofSeconds(20);

    @TempDir Path folder;

    private Authenticator authenticator(String identity, TokenIssuer.Keys keys) throws IOException {
        TokenIssuer issuer =
                new TokenIssuer(
                        TestIssuer.NAME,
                        Set.of("istio-ca"),
                        keys,
                        IdentityRule.parse(identity, DOMAIN),
                        TokenIssuer.USUAL_SKEW);
        return open(issuer, KeyFetchSettings.DEFAULT).authenticators().getFirst();
    }

    private static TokenIssuers open(TokenIssuer issuer, KeyFetchSettings settings)
            throws IOException {
        return TokenIssuers.open(List.of(issuer), DOMAIN, settings, TestIssuer.CLOCK);
    }

    private Verdict verdict(String token) throws IOException {
        return verdict("spiffe://{trust-domain}/ns/{project}/sa/{job}", token);
    }

    private Verdict verdict(String identity, String token) throws IOException {
        return authenticator(identity, new TokenIssuer.Keys.File(ISSUER.keys(folder)))
                .authenticate(new Credentials(Optional.empty(), Optional.of(token)));
    }

    private void refused(String token, String reason) throws IOException {
        assertThat(verdict(token))
                .isInstanceOfSatisfying(
                        Verdict.Refused.class,
                        refused ->
                                assertThat(refused.why()).contains(reason).doesNotContain(token));
    }

    @Test
    void aTokenBecomesTheIdentityOfItsClaims() throws IOException {
        assertThat(verdict(ISSUER.token(Map.of())))
                .isEqualTo(new Verdict.Proven(INVOICE, Proof.JWT));
    }

    @Test
    void claimsMayStandInsideOfOthersAndBesideText() throws IOException {
        String token = ISSUER.token(Map.of("ci", Map.of("run", Map.of("team", "shop"))));

        assertThat(verdict("spiffe://cluster.local/ns/team-{ci/run/team}/sa/{job}-ci", token))
                .isEqualTo(
                        new Verdict.Proven(
                                new SpiffeId(DOMAIN, "team-shop", "invoice-ci"), Proof.JWT));
    }

    @Test
    void aServiceAccountIsReadFromItsSubject() throws IOException {
        String rule = IdentityRule.SERVICE_ACCOUNT;
        String token = ISSUER.token(Map.of("sub", "system:serviceaccount:shop:invoice"));

        assertThat(verdict(rule, token)).isEqualTo(new Verdict.Proven(INVOICE, Proof.JWT));
        for (String subject :
                List.of("system:node:shop", "system:serviceaccount:a:b:c", "invoice")) {
            assertThat(verdict(rule, ISSUER.token(Map.of("sub", subject))))
                    .isInstanceOf(Verdict.Refused.class);
        }
    }

    @Test
    void whoShowsNoTokenIsNotRefusedHere() throws IOException {
        assertThat(
                        authenticator(
                                        IdentityRule.SERVICE_ACCOUNT,
                                        new TokenIssuer.Keys.File(ISSUER.keys(folder)))
                                .authenticate(new Credentials(Optional.empty(), Optional.empty())))
                .isEqualTo(new Verdict.NothingShown());
    }

    @Test
    void aTokenThatIsNotSignedIsRefused() throws IOException {
        refused(new PlainJWT(TestIssuer.claims(Map.of())).serialize(), "no signed token");
        refused("gibberish", "no signed token");
    }

    /// The public key, used as the secret of a MAC: whoever takes the token's word for the
    /// algorithm believes anybody.
    @Test
    void thePublicKeyIsNoSecret() throws Exception {
        byte[] publicKey = ISSUER.key().toPublicJWK().toString().getBytes(StandardCharsets.UTF_8);
        SignedJWT jwt =
                new SignedJWT(
                        new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("a").build(),
                        TestIssuer.claims(Map.of()));
        jwt.sign(new MACSigner(publicKey));

        refused(jwt.serialize(), "algorithm that is not taken");
    }

    @Test
    void aKeyInTheTokenIsNotBelieved() throws Exception {
        TestIssuer forger = TestIssuer.create("a");
        SignedJWT jwt =
                new SignedJWT(
                        new JWSHeader.Builder(JWSAlgorithm.ES256)
                                .keyID("a")
                                .jwk(forger.key().toPublicJWK())
                                .build(),
                        TestIssuer.claims(Map.of()));
        jwt.sign(new com.nimbusds.jose.crypto.ECDSASigner(forger.key()));

        refused(jwt.serialize(), "its signature is wrong");
    }

    @Test
    void otherKeysAndChangedClaimsAreRefused() throws IOException {
        refused(TestIssuer.create("a").token(Map.of()), "its signature is wrong");
        refused(TestIssuer.create("b").token(Map.of()), "none of the issuer's keys fits");
        String[] parts = ISSUER.token(Map.of()).split("\\.", -1);
        String forged = TestIssuer.claims(Map.of("job", "product")).toString();
        refused(
                parts[0] + "." + Base64URL.encode(forged) + "." + parts[2],
                "its signature is wrong");
    }

    @ParameterizedTest
    @CsvSource({
        "iss, https://other.example, of another issuer",
        "aud, kubernetes, expected [istio-ca]",
        "job, a/../admin, cannot stand in an identity",
        "job, .., cannot stand in an identity",
        "job, '', cannot stand in an identity",
    })
    void claimsOfSomebodyElseAreRefused(String claim, String value, String reason)
            throws IOException {
        refused(ISSUER.token(Map.of(claim, value)), reason);
    }

    @ParameterizedTest
    @CsvSource({
        "exp, -59, good",
        "exp, -60, it ended 60 s ago",
        "nbf, 60, good",
        "nbf, 61, it is good in 61 s only",
    })
    void clocksMayDifferByAMinute(String claim, long seconds, String expected) throws IOException {
        String token = ISSUER.token(Map.of(claim, Date.from(TestIssuer.NOW.plusSeconds(seconds))));

        if (expected.equals("good")) {
            assertThat(verdict(token)).isInstanceOf(Verdict.Proven.class);
        } else {
            refused(token, expected);
        }
    }

    @Test
    void aTokenWithoutEndIsRefused() throws IOException {
        refused(
                ISSUER.sign(
                        new com.nimbusds.jwt.JWTClaimsSet.Builder(TestIssuer.claims(Map.of()))
                                .expirationTime(null)
                                .build()),
                "it has no end");
    }

    @Test
    void aKeyThatLeavesTheFileIsBelievedNoMore() throws IOException {
        Authenticator authenticator =
                authenticator(
                        "spiffe://{trust-domain}/ns/{project}/sa/{job}",
                        new TokenIssuer.Keys.File(ISSUER.keys(folder)));
        var old = new Credentials(Optional.empty(), Optional.of(ISSUER.token(Map.of())));
        assertThat(authenticator.authenticate(old)).isInstanceOf(Verdict.Proven.class);

        TestIssuer next = TestIssuer.create("a-longer-name");
        next.keys(folder);

        var newer = new Credentials(Optional.empty(), Optional.of(next.token(Map.of())));
        assertThat(authenticator.authenticate(newer)).isInstanceOf(Verdict.Proven.class);
        assertThat(authenticator.authenticate(old)).isInstanceOf(Verdict.Refused.class);
        Files.writeString(folder.resolve("keys.json"), "half a f");
        assertThat(authenticator.authenticate(newer)).isInstanceOf(Verdict.Unreachable.class);
    }

    @Test
    void aFileWithoutKeysEndsTheStart() throws IOException {
        Path file = folder.resolve("keys.json");
        var keys = new TokenIssuer.Keys.File(file);
        assertThatThrownBy(() -> authenticator(IdentityRule.SERVICE_ACCOUNT, keys))
                .hasMessageContaining("is not there");
        Files.writeString(file, "{\"keys\":[{\"kty\":\"oct\",\"k\":\"c2VjcmV0\"}]}");
        assertThatThrownBy(() -> authenticator(IdentityRule.SERVICE_ACCOUNT, keys))
                .hasMessageContaining("has no public key");
    }

    @Test
    void fetchedKeysAreWaitedForAndThenTaken() throws Exception {
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        String address = "http://127.0.0.1:" + server.getAddress().getPort() + "/keys";
        TokenIssuer issuer =
                new TokenIssuer(
                        TestIssuer.NAME,
                        Set.of("istio-ca"),
                        new TokenIssuer.Keys.Fetched(new KeySource.Address(address)),
                        IdentityRule.parse("spiffe://{trust-domain}/ns/{project}/sa/{job}", DOMAIN),
                        Duration.ZERO);
        var shown = new Credentials(Optional.empty(), Optional.of(ISSUER.token(Map.of())));
        KeyFetchSettings settings =
                new KeyFetchSettings(
                        Set.of(Allowance.values()), LONG, LONG, Duration.ofMillis(10), 10, 10_000);
        try (TokenIssuers issuers = open(issuer, settings)) {
            Authenticator authenticator = issuers.authenticators().getFirst();
            assertThat(authenticator.authenticate(shown)).isInstanceOf(Verdict.Unreachable.class);

            byte[] keys = Files.readAllBytes(ISSUER.keys(folder));
            server.createContext(
                    "/keys",
                    exchange -> {
                        exchange.sendResponseHeaders(200, keys.length);
                        exchange.getResponseBody().write(keys);
                        exchange.close();
                    });
            server.start();

            long end = System.nanoTime() + LONG.toNanos();
            while (!(authenticator.authenticate(shown) instanceof Verdict.Proven)) {
                assertThat(System.nanoTime()).as("keys are taken within 20 s").isLessThan(end);
                Thread.onSpinWait();
            }
        } finally {
            server.stop(0);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "https://{trust-domain}/ns/{a}/sa/{b}, scheme of an identity",
        "spiffe://other.example/ns/{a}/sa/{b}, this mesh signs for cluster.local",
        "spiffe://{trust-domain}/{a}, path of an identity",
        "spiffe://{trust-domain}/ns/{a}/sa/, segment",
        "spiffe://{trust-domain}/ns/{a}/sa/b/c, segment 'b/c'",
        "spiffe://{trust-domain}/ns/{}/sa/b, brace without a claim",
        "spiffe://{trust-domain}/ns/{a/sa/b, brace without a claim",
    })
    void aTemplateThatIsNoIdentityIsRefused(String template, String reason) {
        assertThatThrownBy(() -> IdentityRule.parse(template, DOMAIN))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(reason);
    }
}
