package io.meltemi.testkit.differential;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.fixtures.http.Message;
import io.meltemi.fixtures.http.PlainClient;
import io.meltemi.fixtures.http.ScriptedUpstream;
import io.meltemi.testkit.Deadline;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// When a proxy ends a client's connection, asked of Envoy and of ours.
final class ConnectionEndTest {
    private static final String REQUEST = "GET / HTTP/1.1\r\nhost: test\r\n\r\n";
    private static final int PATIENCE_MILLIS = 15_000;

    @ParameterizedTest
    @CsvSource({
        "envoy, idle_timeout,            0.2s, 0.4s, 550",
        "ours,  idle_timeout,            0.2s, 0.4s, 550",
        "envoy, max_connection_duration, 0.2s, 0.4s, 550",
        "ours,  max_connection_duration, 0.2s, 0.4s, 550",
    })
    void anUnusedConnectionIsDrainedBeforeItEnds(
            String proxy, String field, String limit, String drain, long leastMillis)
            throws Exception {
        Map<String, Object> manager =
                Map.of(
                        "common_http_protocol_options",
                        Map.of(field, limit),
                        "drain_timeout",
                        drain);

        long millis = with(proxy, manager, ConnectionEndTest::millisUntilTheEnd);

        assertThat(millis).isBetween(leastMillis, 10_000L);
    }

    private static long millisUntilTheEnd(int port) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            long began = System.nanoTime();
            socket.getOutputStream().write(REQUEST.getBytes(StandardCharsets.UTF_8));
            InputStream in = socket.getInputStream();
            in.readAllBytes();
            return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
        }
    }

    @ParameterizedTest
    @CsvSource({"envoy", "ours"})
    void aRequestOnADrainedConnectionIsToldToConnectAnew(String proxy) throws Exception {
        Map<String, Object> manager =
                Map.of(
                        "common_http_protocol_options",
                        Map.of("max_connection_duration", "0.1s"),
                        "drain_timeout",
                        "60s");

        boolean told =
                with(
                        proxy,
                        manager,
                        port -> {
                            try (PlainClient client = PlainClient.connect(port)) {
                                Deadline.await(
                                        "the connection's announced end",
                                        Duration.ofSeconds(10),
                                        () -> isLast(client.call(REQUEST)),
                                        () -> "");
                                return true;
                            }
                        });

        assertThat(told).isTrue();
    }

    /// Many times the drain time passes, and still no request meets a connection that just closes.
    /// The age leaves a cold proxy time for the first response.
    @ParameterizedTest
    @CsvSource({"envoy", "ours"})
    void anOldConnectionWaitsForTheRequestThatEndsIt(String proxy) throws Exception {
        Map<String, Object> manager =
                Map.of(
                        "common_http_protocol_options",
                        Map.of("max_connection_duration", "1s"),
                        "drain_timeout",
                        "0.1s",
                        "http1_safe_max_connection_duration",
                        "true");

        boolean last =
                with(
                        proxy,
                        manager,
                        port -> {
                            try (PlainClient client = PlainClient.connect(port)) {
                                client.call(REQUEST);
                                pause(Duration.ofSeconds(2));
                                return isLast(client.call(REQUEST));
                            }
                        });

        assertThat(last).isTrue();
    }

    private static void pause(Duration time) {
        java.util.concurrent.locks.LockSupport.parkNanos(time.toNanos());
    }

    private static boolean isLast(Message response) {
        return response.header("connection").filter("close"::equals).isPresent();
    }

    @ParameterizedTest
    @CsvSource({"envoy", "ours"})
    void anAnsweredRequestIsNotReadToItsEnd(String proxy) throws Exception {
        long millis =
                with(
                        proxy,
                        Map.of("delayed_close_timeout", "0.3s"),
                        port -> {
                            try (Socket socket =
                                    new Socket(InetAddress.getLoopbackAddress(), port)) {
                                socket.setSoTimeout(PATIENCE_MILLIS);
                                String half =
                                        "POST /nowhere HTTP/1.1\r\nhost: other\r\n"
                                                + "content-length: 10\r\n\r\nhalf";
                                long began = System.nanoTime();
                                socket.getOutputStream()
                                        .write(half.getBytes(StandardCharsets.UTF_8));
                                socket.getInputStream().readAllBytes();
                                return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
                            }
                        });

        assertThat(millis).isLessThan(10_000);
    }

    /// What is asked of a running proxy by its port.
    @FunctionalInterface
    private interface Question<T> {
        T ask(int port) throws IOException;
    }

    private static <T> T with(String proxy, Map<String, Object> manager, Question<T> question)
            throws IOException {
        ProxyUnderTest.Launcher launcher =
                proxy.equals("envoy") ? ProxyUnderTest::envoy : OurProxy::start;
        Path log = Files.createTempFile("access", ".log");
        Map<String, Object> host =
                Map.of(
                        "name",
                        "all",
                        "domains",
                        List.of("test"),
                        "routes",
                        List.of(
                                Map.of(
                                        "match",
                                        Map.of("prefix", "/"),
                                        "route",
                                        Map.of("cluster", "upstream"))));
        String bootstrap =
                StandardBootstrap.of(List.of(host), List.of(), List.of(), manager, Map.of());
        try (ScriptedUpstream upstream = ScriptedUpstream.start();
                ProxyUnderTest running =
                        launcher.start(
                                new Placeholders(upstream.port(), 1, 1, log).fill(bootstrap))) {
            return question.ask(running.admin().listenerPort("web"));
        } finally {
            Files.delete(log);
        }
    }
}
