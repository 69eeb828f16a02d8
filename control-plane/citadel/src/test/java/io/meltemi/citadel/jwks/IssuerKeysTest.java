package io.meltemi.citadel.jwks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.meltemi.citadel.jwks.KeyFetchSettings.Allowance;
import io.meltemi.model.config.KeySource;
import io.meltemi.model.snapshot.KeySnapshot;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A real HTTP server with keys on loopback.
final class IssuerKeysTest {
    private static final Set<Allowance> ALL = Set.of(Allowance.values());
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final String KEY =
            "{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"%s\",\"x\":\"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4\",\"y\":\"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM\"%s}";

    private record Answer(int status, String body) {}

    private final Map<String, Answer> answers = new ConcurrentHashMap<>();
    private final Semaphore asked = new Semaphore(0);
    private final BlockingQueue<KeySnapshot> published = new LinkedBlockingQueue<>();
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/",
                exchange -> {
                    Answer answer =
                            answers.getOrDefault(
                                    exchange.getRequestURI().getPath(), new Answer(404, ""));
                    byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
                    exchange.getResponseHeaders().set("location", url("/keys"));
                    exchange.sendResponseHeaders(
                            answer.status(), body.length == 0 ? -1 : body.length);
                    try (OutputStream out = exchange.getResponseBody()) {
                        out.write(body);
                    }
                    asked.release();
                });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private String url(String path) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    private static String keySet(String kid) {
        return "{\"keys\":[" + KEY.formatted(kid, "") + "],\"more\":\"not for proxies\"}";
    }

    private static KeyFetchSettings settings(Set<Allowance> allowed) {
        return new KeyFetchSettings(
                allowed, TIMEOUT, Duration.ofMillis(20), Duration.ofMillis(10), 2, 2_000);
    }

    private String fetch(KeySource source) throws Exception {
        try (KeyFetch fetch = new KeyFetch(settings(ALL))) {
            return fetch.fetch(source, TIMEOUT);
        }
    }

    private KeySnapshot next() throws InterruptedException {
        KeySnapshot next = published.poll(20, TimeUnit.SECONDS);
        assertThat(next).as("published within 20 s").isNotNull();
        return next;
    }

    @Test
    void keysComeFromTheirAddress() throws Exception {
        answers.put("/keys", new Answer(200, keySet("a")));

        assertThat(fetch(new KeySource.Address(url("/keys"))))
                .contains("\"kid\":\"a\"")
                .doesNotContain("not for proxies");
    }

    @Test
    void issuerSaysWhereItsKeysAre() throws Exception {
        answers.put(
                "/tenant/.well-known/openid-configuration",
                new Answer(200, "{\"jwks_uri\":\"" + url("/keys") + "\"}"));
        answers.put("/keys", new Answer(200, keySet("a")));

        assertThat(fetch(new KeySource.Discovery(url("/tenant/")))).contains("\"kid\":\"a\"");
    }

    @Test
    void privatePartsOfKeysStayHere() throws Exception {
        answers.put(
                "/keys",
                new Answer(
                        200,
                        "{\"keys\":["
                                + KEY.formatted(
                                        "a",
                                        ",\"d\":\"870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE\"")
                                + "]}"));

        assertThat(fetch(new KeySource.Address(url("/keys"))))
                .contains("\"kid\":\"a\"")
                .doesNotContain("870MB6");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "200 | no JSON | is no key set",
                "200 | {\"keys\":[]} | has no public key that can be used",
                "200 | {\"keys\":[{\"kty\":\"oct\",\"k\":\"c2VjcmV0\"}]} | has no public key that can be used",
                "302 | x | leads elsewhere",
                "500 | broken | answers 500",
            })
    void answerThatIsNoKeySetIsRefused(int status, String body, String message) {
        answers.put("/keys", new Answer(status, body));

        assertThatThrownBy(() -> fetch(new KeySource.Address(url("/keys"))))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(message);
    }

    @Test
    void answerThatIsTooLongIsRefused() {
        answers.put("/keys", new Answer(200, keySet("a").concat(" ".repeat(2_000))));

        assertThatThrownBy(() -> fetch(new KeySource.Address(url("/keys"))))
                .hasMessageContaining("capacity: 2000");
    }

    @Test
    void answerThatDoesNotEndIsRefused() throws Exception {
        server.createContext(
                "/slow",
                exchange -> {
                    exchange.sendResponseHeaders(200, 10);
                    exchange.getResponseBody().write('{');
                    exchange.getResponseBody().flush();
                });

        try (KeyFetch fetch = new KeyFetch(settings(ALL))) {
            assertThatThrownBy(() ->
                            fetch.fetch(
                                    new KeySource.Address(url("/slow")), Duration.ofMillis(200)))
                    .hasMessageContaining("has not answered within 200 ms");
        }
    }

    @Test
    void discoveryDocumentWithoutAddressIsRefused() {
        answers.put("/.well-known/openid-configuration", new Answer(200, "{}"));

        assertThatThrownBy(() -> fetch(new KeySource.Discovery(url(""))))
                .hasMessageContaining("has no jwks_uri");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "http://8.8.8.8/keys | use https",
                "https://127.0.0.1/keys | private address 127.0.0.1",
                "https://10.1.2.3/keys | private address 10.1.2.3",
                "https://169.254.169.254/keys | private address 169.254.169.254",
                "https://100.100.100.200/keys | private address 100.100.100.200",
                "https://[fd00::1]/keys | private address fd00",
                "https://[::ffff:127.0.0.1]/keys | private address 127.0.0.1",
                "ftp://8.8.8.8/keys | expected https://HOST",
                "keys | expected https://HOST",
            })
    void addressThatIsNotAllowedIsNotAsked(String address, String message) {
        assertThatThrownBy(() -> new AddressRules(Set.of()).check(address))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(message);
    }

    @Test
    void publicAddressIsAllowed() throws IOException {
        assertThat(new AddressRules(Set.of()).check("https://8.8.8.8/keys").getHost())
                .isEqualTo("8.8.8.8");
    }

    @Test
    void keysAreRefreshedAndTheLastGoodOnesStay() throws Exception {
        KeySource source = new KeySource.Address(url("/keys"));
        answers.put("/keys", new Answer(200, keySet("a")));
        try (IssuerKeys keys = new IssuerKeys(settings(ALL), published::add)) {
            keys.follow(Map.of(source, TIMEOUT));
            assertThat(next().of(source).orElseThrow()).contains("\"kid\":\"a\"");

            answers.put("/keys", new Answer(500, "broken"));
            asked.drainPermits();
            assertThat(asked.tryAcquire(3, 20, TimeUnit.SECONDS)).isTrue();
            assertThat(published).isEmpty();

            answers.put("/keys", new Answer(200, keySet("b")));
            assertThat(next().of(source).orElseThrow()).contains("\"kid\":\"b\"");
        }
    }

    @Test
    void keysThatNobodyNamesAnyMoreAreForgotten() throws Exception {
        KeySource source = new KeySource.Address(url("/keys"));
        answers.put("/keys", new Answer(200, keySet("a")));
        try (IssuerKeys keys = new IssuerKeys(settings(ALL), published::add)) {
            keys.follow(Map.of(source, TIMEOUT));
            next();

            keys.follow(Map.of());

            assertThat(next()).isEqualTo(KeySnapshot.EMPTY);
        }
    }

    @Test
    void anotherTimeoutKeepsTheKeys() throws Exception {
        KeySource source = new KeySource.Address(url("/keys"));
        answers.put("/keys", new Answer(200, keySet("a")));
        try (IssuerKeys keys = new IssuerKeys(settings(ALL), published::add)) {
            keys.follow(Map.of(source, TIMEOUT));
            next();
            answers.put("/keys", new Answer(500, "broken"));

            keys.follow(Map.of(source, TIMEOUT.plusSeconds(1)));
            asked.drainPermits();
            assertThat(asked.tryAcquire(3, 20, TimeUnit.SECONDS)).isTrue();

            assertThat(published).isEmpty();
        }
    }

    @Test
    void onlySoManySourcesAreFollowed() throws Exception {
        answers.put("/1", new Answer(200, keySet("a")));
        answers.put("/2", new Answer(200, keySet("b")));
        answers.put("/3", new Answer(200, keySet("c")));
        try (IssuerKeys keys = new IssuerKeys(settings(ALL), published::add)) {
            keys.follow(
                    Map.of(
                            new KeySource.Address(url("/1")), TIMEOUT,
                            new KeySource.Address(url("/2")), TIMEOUT,
                            new KeySource.Address(url("/3")), TIMEOUT));

            next();
            assertThat(next().jwks().keySet())
                    .containsExactlyInAnyOrder(
                            new KeySource.Address(url("/1")), new KeySource.Address(url("/2")));
        }
    }
}
