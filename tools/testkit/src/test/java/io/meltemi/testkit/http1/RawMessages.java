package io.meltemi.testkit.http1;

import io.meltemi.fixtures.http.Header;
import io.meltemi.fixtures.http.Message;
import io.meltemi.fixtures.http.ScriptedUpstream;
import io.meltemi.testkit.differential.ProxyUnderTest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/// Sends each message of a corpus to a proxy on a connection of its own and says what became of it:
/// the statuses of the answers and the requests that reached the upstream. Immutable.
final class RawMessages {
    private static final int AT_ONCE = 12;
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] (\\d{3}) ");
    private static final Pattern RUN = Pattern.compile("\\{(\\d+)\\*(.)\\}");
    private static final Set<String> EVERYWHERE =
            Set.of("x-request-id", "x-forwarded-proto", "x-envoy-expected-rq-timeout-ms");

    private static final String BOOTSTRAP =
            """
            node: {id: messages, cluster: test}
            static_resources:
              listeners:
              - name: web
                address: {socket_address: {address: 127.0.0.1, port_value: 0}}
                filter_chains:
                - filters:
                  - name: envoy.filters.network.http_connection_manager
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                      stat_prefix: web
                      codec_type: HTTP1
                      route_config: {name: all, virtual_hosts: [{name: all, domains: ["*"], routes: [{match: {prefix: /}, route: {cluster: upstream}}]}]}
                      http_filters: [{name: router, typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}}]
              clusters:
              - name: upstream
                type: STATIC
                connect_timeout: 5s
                circuit_breakers: {thresholds: [{max_pending_requests: 10000}]}
                load_assignment: {cluster_name: upstream, endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: PORT}}}}]}]}
            """;

    private final Map<String, String> messages;

    private RawMessages(Map<String, String> messages) {
        this.messages = messages;
    }

    static RawMessages read(Path file) throws IOException {
        Map<String, String> messages = new LinkedHashMap<>();
        Object tree =
                new Load(LoadSettings.builder().build()).loadFromString(Files.readString(file));
        ((Map<?, ?>) tree)
                .forEach((name, raw) ->
                        messages.put(
                                String.valueOf(name),
                                expand(String.valueOf(raw), String.valueOf(name))));
        return new RawMessages(messages);
    }

    private static String expand(String raw, String name) {
        return RUN.matcher(raw)
                .replaceAll(run ->
                        Matcher.quoteReplacement(
                                run.group(2).repeat(Integer.parseInt(run.group(1)))))
                .replace("ID", name + '_');
    }

    int size() {
        return messages.size();
    }

    /// The verdict on each message, by its name.
    ///
    /// @param only the names of those to send; empty for all
    /// @param silenceMillis how long nothing comes until nothing more is expected
    Map<String, String> verdicts(
            ProxyUnderTest.Launcher launcher, Set<String> only, int silenceMillis)
            throws Exception {
        Map<String, String> verdicts = new TreeMap<>();
        Semaphore places = new Semaphore(AT_ONCE);
        try (ScriptedUpstream upstream = ScriptedUpstream.start();
                ProxyUnderTest proxy =
                        launcher.start(
                                BOOTSTRAP.replace("PORT", Integer.toString(upstream.port())));
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            int port = proxy.admin().listenerPort("web");
            send(port, "GET /first HTTP/1.1\r\nhost: test\r\n\r\n", 2000);
            Map<String, Future<String>> answers = new LinkedHashMap<>();
            for (var each : messages.entrySet()) {
                if (only.isEmpty() || only.contains(each.getKey())) {
                    answers.put(
                            each.getKey(),
                            threads.submit(() -> {
                                places.acquire();
                                try {
                                    return send(port, each.getValue(), silenceMillis);
                                } finally {
                                    places.release();
                                }
                            }));
                }
            }
            for (var each : answers.entrySet()) {
                String statuses = each.getValue().get();
                verdicts.put(each.getKey(), statuses + forwarded(each.getKey(), upstream.seen()));
            }
        }
        return verdicts;
    }

    private static String forwarded(String name, List<Message> seen) {
        StringBuilder text = new StringBuilder();
        for (Message request : seen) {
            if (request.startLine().contains(name + '_')) {
                List<String> fields = new ArrayList<>();
                request.headers().stream()
                        .filter(h -> !EVERYWHERE.contains(h.name().toLowerCase(Locale.ROOT)))
                        .filter(h -> !request.body().isEmpty() || !isFraming(h))
                        .forEach(h -> fields.add(h.name() + ": " + h.value()));
                fields.sort(null);
                text.append(" -> ").append(request.startLine()).append(' ').append(fields);
                if (!request.body().isEmpty()) {
                    text.append(' ').append(request.body());
                }
            }
        }
        return shortened(text);
    }

    /// Whether an empty body is announced by its length or by chunks is a matter of time: of
    /// whether it ended before the upstream was connected.
    private static boolean isFraming(Header header) {
        return header.name().equalsIgnoreCase("content-length")
                || header.name().equalsIgnoreCase("transfer-encoding");
    }

    private static String shortened(StringBuilder text) {
        StringBuilder ascii = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            ascii.append(
                    c < ' ' || c > '~' ? String.format(Locale.ROOT, "\\x%02x", (int) c) : "" + c);
        }
        return ascii.length() < 400
                ? ascii.toString()
                : ascii.substring(0, 200) + "... " + ascii.length() + " characters";
    }

    /// The statuses of what comes back.
    private static String send(int port, String raw, int silenceMillis) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(silenceMillis);
            socket.getOutputStream().write(raw.getBytes(StandardCharsets.ISO_8859_1));
            byte[] buffer = new byte[8192];
            for (int n = socket.getInputStream().read(buffer);
                    n >= 0;
                    n = socket.getInputStream().read(buffer)) {
                bytes.write(buffer, 0, n);
            }
        } catch (SocketTimeoutException | SocketException _) {
            // Silent, or cut: what has come counts.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        StringBuilder statuses = new StringBuilder();
        Matcher matcher = STATUS.matcher(bytes.toString(StandardCharsets.ISO_8859_1));
        while (matcher.find()) {
            statuses.append(statuses.isEmpty() ? "" : " ").append(matcher.group(1));
        }
        return statuses.isEmpty() ? "nothing" : statuses.toString();
    }
}
