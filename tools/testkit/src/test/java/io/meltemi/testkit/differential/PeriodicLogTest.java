package io.meltemi.testkit.differential;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.fixtures.http.Reply;
import io.meltemi.fixtures.http.ScriptedUpstream;
import io.meltemi.fixtures.parity.Parity;
import io.meltemi.testkit.Deadline;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Envoy and ours write a line again and again while a request lasts. How many is a matter of time;
/// what they say is not.
final class PeriodicLogTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    private static final String LOG =
            """
            [{name: envoy.access_loggers.file, typed_config: {"@type": type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog, path: LOG_PATH, log_format: {text_format_source: {inline_string: "%ACCESS_LOG_TYPE% %REQ(:PATH)% %RESPONSE_CODE% %RESPONSE_FLAGS% %UPSTREAM_CLUSTER% %BYTES_RECEIVED% %BYTES_SENT%\\n"}}}}]
            """;

    @Test
    @Parity("http_connection_manager.access_log_options.access_log_flush_interval")
    void bothWriteWhileARequestLasts() throws Exception {
        List<String> envoy = lines(ProxyUnderTest::envoy, "access_log_options", false);

        assertThat(lines(OurProxy::start, "access_log_options", false)).isEqualTo(envoy);
        assertThat(envoy).anyMatch(line -> line.startsWith("DownstreamPeriodic"));
    }

    @Test
    @Parity("http_connection_manager.access_log_flush_interval")
    void bothTakeTheFieldsOfOlderFiles() throws Exception {
        List<String> envoy = lines(ProxyUnderTest::envoy, "", true);

        assertThat(lines(OurProxy::start, "", true)).isEqualTo(envoy);
        assertThat(envoy).anyMatch(line -> line.startsWith("DownstreamStart"));
    }

    /// Each line once.
    ///
    /// @param within the field that has the options, or nothing for the connection manager itself
    private static List<String> lines(
            ProxyUnderTest.Launcher launcher, String within, boolean onRequest) throws IOException {
        Path log = Files.createTempFile("access", ".log");
        try (ScriptedUpstream upstream = ScriptedUpstream.start()) {
            upstream.then(new Reply.Silence());
            String bootstrap = bootstrap(within, onRequest);
            try (ProxyUnderTest proxy =
                    launcher.start(new Placeholders(upstream.port(), 1, 1, log).fill(bootstrap))) {
                int port = proxy.admin().listenerPort("web");
                try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port)) {
                    client.getOutputStream()
                            .write(
                                    "POST /slow HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\n\r\nabc"
                                            .getBytes(StandardCharsets.US_ASCII));
                    await("DownstreamPeriodic", 3, log, proxy);
                }
                await("DownstreamEnd", 1, log, proxy);
            }
            return Files.readAllLines(log).stream()
                    .filter(line -> line.startsWith("Downstream"))
                    .distinct()
                    .toList();
        } finally {
            Files.delete(log);
        }
    }

    private static void await(String type, int count, Path log, ProxyUnderTest proxy)
            throws IOException {
        Deadline.await(
                count + " lines " + type,
                SOON,
                () ->
                        Files.readAllLines(log).stream()
                                        .filter(line -> line.startsWith(type))
                                        .count()
                                >= count,
                proxy::log);
    }

    private static String bootstrap(String within, boolean onRequest) {
        Map<String, Object> options =
                Map.of(
                        "access_log_flush_interval",
                        "0.1s",
                        "flush_access_log_on_new_request",
                        onRequest);
        Map<String, Object> manager = new java.util.LinkedHashMap<>();
        if (within.isEmpty()) {
            manager.putAll(options);
        } else {
            manager.put(within, options);
        }
        manager.put("access_log", CaseReader.list(CaseReader.tree("logs: " + LOG).get("logs")));
        Map<String, Object> host =
                Map.of(
                        "name",
                        "all",
                        "domains",
                        List.of("*"),
                        "routes",
                        List.of(
                                Map.of(
                                        "match",
                                        Map.of("prefix", "/"),
                                        "route",
                                        Map.of("cluster", "upstream"))));
        return StandardBootstrap.of(List.of(host), List.of(), List.of(), manager, Map.of());
    }
}
