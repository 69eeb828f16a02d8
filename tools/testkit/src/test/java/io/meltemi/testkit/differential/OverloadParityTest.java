package io.meltemi.testkit.differential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meltemi.fixtures.parity.Parity;
import io.meltemi.testkit.Deadline;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What Envoy's overload manager makes of a resource that is running out, and ours; the resource is
/// a number in a file.
@Parity({
    "overload_manager.refresh_interval",
    "overload_manager.resource_monitors.injected_resource"
})
final class OverloadParityTest {
    private static final String INJECTED = "envoy.resource_monitors.injected_resource";
    private static final String CONNECTIONS =
            "envoy.resource_monitors.global_downstream_max_connections";
    private static final String EXEMPT =
            """
                bypass_overload_manager: true
                ignore_global_conn_limit: true
            """;
    private static final int SHORT_MILLIS = 400;

    @Test
    @Parity({
        "overload_manager.actions.threshold",
        "overload_manager.actions.stop_accepting_requests",
        "overload_manager.actions.disable_http_keepalive",
        "overload_manager.actions.reject_incoming_connections",
        "overload_manager.actions.stop_accepting_connections",
        "listener.bypass_overload_manager"
    })
    void actionsFollowThePressure() throws Exception {
        String config =
                actions(
                        action("disable_http_keepalive", threshold(0.2)),
                        action("stop_accepting_requests", threshold(0.4)),
                        action("reject_incoming_connections", threshold(0.6)),
                        action("stop_accepting_connections", threshold(0.8)));
        List<String> envoy = played(config, ProxyUnderTest::envoy, OverloadParityTest::levels);

        assertThat(played(config, OurProxy::start, OverloadParityTest::levels)).isEqualTo(envoy);
        assertThat(envoy)
                .contains(
                        "0.0 web old: 200, old: 200, new: 200",
                        "0.3 web old: 200 close, new: 200 close",
                        "0.5 web old: 503 close, new: 503 close",
                        "0.7 web old: 503 close, new: closed",
                        "0.9 web old: 503 close, new: silent",
                        "0.9 exempt old: 200, old: 200, new: 200");
    }

    @Test
    @Parity("overload_manager.loadshed_points.tcp_listener_accept")
    void acceptingIsShed() throws Exception {
        sameFor(points("tcp_listener_accept"), "0.9 web old: 200, old: 200, new: closed");
    }

    @Test
    @Parity("overload_manager.loadshed_points.http_connection_manager_decode_headers")
    void requestsAreShed() throws Exception {
        sameFor(
                points("http_connection_manager_decode_headers"),
                "0.9 web old: 503, old: 503, new: 503");
    }

    @Test
    @Parity("overload_manager.loadshed_points.http1_server_abort_dispatch")
    void dispatchIsAborted() throws Exception {
        sameFor(points("http1_server_abort_dispatch"), "0.9 web old: 500 close, new: 500 close");
    }

    @Test
    @Parity("overload_manager.loadshed_points.http2_server_go_away_on_dispatch")
    void connectionsAreDrainedOnDispatch() throws Exception {
        sameFor(
                points("http2_server_go_away_on_dispatch"),
                "0.9 web old: 200 close, new: 200 close");
    }

    private static void sameFor(String config, String told) throws Exception {
        List<String> envoy = played(config, ProxyUnderTest::envoy, OverloadParityTest::levels);

        assertThat(played(config, OurProxy::start, OverloadParityTest::levels)).isEqualTo(envoy);
        assertThat(envoy).contains(told);
    }

    @Test
    @Parity({
        "overload_manager.resource_monitors.downstream_connections",
        "listener.ignore_global_conn_limit"
    })
    void connectionsOfAllListenersAreLimited() throws Exception {
        String config = monitors(limit(2)) + "  actions: []\n";
        List<String> envoy = played(config, ProxyUnderTest::envoy, OverloadParityTest::limited);

        assertThat(played(config, OurProxy::start, OverloadParityTest::limited)).isEqualTo(envoy);
        assertThat(envoy).containsSubsequence("third: closed", "fourth: 200");
    }

    private static void limited(Play play) throws IOException {
        try (Socket first = play.connect("web");
                Socket second = play.connect("web")) {
            play.lines.add("first: " + ask(first));
            play.lines.add("second: " + ask(second));
            try (Socket third = play.connect("web")) {
                play.lines.add("third: " + ask(third));
            }
        }
        play.awaitNone();
        try (Socket fourth = play.connect("web")) {
            play.lines.add("fourth: " + ask(fourth));
        }
    }

    /// Envoy: idle connections live for a share of their time, those included that are open.
    @Test
    @Parity({
        "overload_manager.actions.scaled",
        "overload_manager.actions.reduce_timeouts.min_timeout",
        "overload_manager.actions.reduce_timeouts.min_scale"
    })
    void timeoutsBecomeShorter() throws Exception {
        String config =
                actions(
                        action("reduce_timeouts", scaled(0.5, 1))
                                + "    typed_config:\n"
                                + "      \"@type\": type.googleapis.com/envoy.config.overload.v3.ScaleTimersOverloadActionConfig\n"
                                + "      timer_scale_factors:\n"
                                + "      - {timer: HTTP_DOWNSTREAM_CONNECTION_IDLE, min_timeout: 0.5s}\n"
                                + "      - {timer: HTTP_DOWNSTREAM_STREAM_IDLE, min_scale: {value: 10}}\n");
        List<String> envoy = played(config, ProxyUnderTest::envoy, OverloadParityTest::idle);

        assertThat(played(config, OurProxy::start, OverloadParityTest::idle)).isEqualTo(envoy);
        assertThat(envoy)
                .contains(
                        "idle at 0.5: still open",
                        "idle at 1.0: closed early",
                        "begun at 0.0: closed early",
                        "stream begun at 0.0: 504");
    }

    private static void idle(Play play) throws IOException {
        for (double pressure : new double[] {0.5, 1}) {
            play.press(pressure);
            try (Socket socket = play.connect("web")) {
                ask(socket);
                play.lines.add("idle at " + pressure + ": " + endWithin(socket, 2000));
            }
        }
        play.press(0);
        try (Socket socket = play.connect("web");
                Socket half = play.connect("slow")) {
            ask(socket);
            half.getOutputStream()
                    .write(
                            "GET /silent HTTP/1.1\r\nhost: a\r\n\r\n"
                                    .getBytes(StandardCharsets.US_ASCII));
            play.press(1);
            play.lines.add("begun at 0.0: " + endWithin(socket, 2000));
            play.lines.add("stream begun at 0.0: " + answer(half));
        }
    }

    private static String endWithin(Socket socket, int millis) throws IOException {
        socket.setSoTimeout(millis);
        try {
            return socket.getInputStream().read() < 0 ? "closed early" : "bytes";
        } catch (SocketTimeoutException _) {
            return "still open";
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "actions: [{name: envoy.overload_actions.nonsense, triggers: [{name: R,"
                        + " threshold: {value: 1}}]}]|actions[0].name",
                "actions: [{name: envoy.overload_actions.disable_http_keepalive, triggers:"
                        + " [{name: other, threshold: {value: 1}}]}]|actions[0].triggers[0].name",
                "actions: [{name: envoy.overload_actions.disable_http_keepalive, triggers:"
                        + " [{name: R}]}]|actions[0].triggers[0]",
                "actions: [{name: envoy.overload_actions.disable_http_keepalive, triggers:"
                        + " [{name: R, threshold: {value: 2}}]}]|threshold.value",
                "actions: [{name: envoy.overload_actions.disable_http_keepalive, triggers:"
                        + " [{name: R, scaled: {scaling_threshold: 0.9, saturation_threshold:"
                        + " 0.9}}]}]|actions[0].triggers[0].scaled",
                "actions: [{name: envoy.overload_actions.disable_http_keepalive, triggers:"
                        + " [{name: R, threshold: {value: 1}}, {name: R, threshold: {value:"
                        + " 1}}]}]|actions[0].triggers[1].name",
                "actions: [{name: envoy.overload_actions.reduce_timeouts, triggers: [{name: R,"
                        + " threshold: {value: 1}}]}]|actions[0].typed_config",
                "loadshed_points: [{name: envoy.load_shed_points.tcp_listener_accept, triggers:"
                        + " [{name: other, threshold: {value: 1}}]}]"
                        + "|loadshed_points[0].triggers[0].name",
            })
    @Parity("overload_manager")
    void whatEnvoyRefusesIsRefusedByPath(String fields, String path) {
        String config = monitors("") + "  " + fields.replace("name: R", "name: " + INJECTED) + "\n";

        assertThatThrownBy(() -> played(config, ProxyUnderTest::envoy, _ -> {}))
                .isInstanceOf(Exception.class);
        assertThatThrownBy(() -> played(config, OurProxy::start, _ -> {}))
                .hasMessageContaining("overload_manager")
                .hasMessageContaining(path);
    }

    /// Each listener is asked twice on an old connection and once on a new one, at each pressure.
    private static void levels(Play play) throws IOException {
        for (double pressure : new double[] {0, 0.3, 0.5, 0.7, 0.9}) {
            play.press(0);
            try (Socket web = play.connect("web");
                    Socket exempt = play.connect("exempt")) {
                ask(web);
                ask(exempt);
                play.press(pressure);
                play.level(pressure, "web", web);
                play.level(pressure, "exempt", exempt);
            }
        }
    }

    private static String ask(Socket socket) throws IOException {
        try {
            socket.getOutputStream()
                    .write("GET / HTTP/1.1\r\nhost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        } catch (SocketException _) {
            return "closed";
        }
        return answer(socket);
    }

    private static String answer(Socket socket) throws IOException {
        try {
            byte[] bytes = new byte[4096];
            int read = socket.getInputStream().read(bytes);
            if (read < 0) {
                return "closed";
            }
            String head = new String(bytes, 0, read, StandardCharsets.US_ASCII);
            return head.substring(9, 12) + (head.contains("connection: close") ? " close" : "");
        } catch (SocketTimeoutException _) {
            return "silent";
        } catch (SocketException _) {
            return "closed";
        }
    }

    /// One run against one proxy. Confined to its test.
    private static final class Play {
        private final ProxyUnderTest proxy;
        private final Path pressure;
        private final List<String> lines = new ArrayList<>();

        Play(ProxyUnderTest proxy, Path pressure) {
            this.proxy = proxy;
            this.pressure = pressure;
        }

        Socket connect(String listener) throws IOException {
            Socket socket =
                    new Socket(
                            InetAddress.getLoopbackAddress(), proxy.admin().listenerPort(listener));
            socket.setSoTimeout(listener.equals("slow") ? 3000 : SHORT_MILLIS);
            return socket;
        }

        /// Waits until the workers have been told, too.
        void press(double value) throws IOException {
            Path fresh = pressure.resolveSibling("fresh");
            Files.writeString(fresh, Double.toString(value));
            Files.move(fresh, pressure, StandardCopyOption.ATOMIC_MOVE);
            Deadline.await(
                    "the pressure",
                    Duration.ofSeconds(10),
                    () ->
                            proxy.admin().stat("overload." + INJECTED + ".pressure")
                                    == (long) (value * 100),
                    proxy::log);
            try {
                Thread.sleep(100);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }

        void awaitNone() throws IOException {
            Deadline.await(
                    "the end of connections",
                    Duration.ofSeconds(10),
                    () -> proxy.admin().stat("http.web.downstream_cx_active") == 0,
                    proxy::log);
        }

        void level(double at, String listener, Socket old) throws IOException {
            List<String> told = new ArrayList<>();
            told.add("old: " + ask(old));
            if (!told.getFirst().endsWith("close")) {
                told.add("old: " + ask(old));
            }
            try (Socket fresh = connect(listener)) {
                told.add("new: " + ask(fresh));
            }
            lines.add(at + " " + listener + " " + String.join(", ", told));
        }
    }

    @FunctionalInterface
    private interface Script {
        void play(Play play) throws IOException;
    }

    private static List<String> played(
            String overload, ProxyUnderTest.Launcher launcher, Script script) throws IOException {
        Path folder = Files.createTempDirectory("overload");
        Path pressure = Files.writeString(folder.resolve("pressure"), "0");
        Path log = folder.resolve("access.log");
        ServerSocket upstream = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        String bootstrap =
                overload.replace("FILE", pressure.toString())
                        + "static_resources:\n  listeners:\n"
                        + listener("web", "", log)
                        + listener("slow", "", log)
                        + listener("exempt", EXEMPT, log)
                        + silent(upstream.getLocalPort());
        try (upstream;
                ProxyUnderTest proxy = launcher.start(bootstrap)) {
            Play play = new Play(proxy, pressure);
            script.play(play);
            proxy.admin()
                    .get("/stats")
                    .lines()
                    .filter(OverloadParityTest::isCompared)
                    .forEach(play.lines::add);
            return List.copyOf(play.lines);
        } finally {
            Files.deleteIfExists(log);
            Files.deleteIfExists(folder.resolve("fresh"));
            Files.deleteIfExists(pressure);
            Files.delete(folder);
        }
    }

    private static boolean isCompared(String line) {
        return line.matches("overload\\.envoy\\..*")
                || line.matches(
                        "http\\.(web|exempt|slow)\\..*overload_(close|disable_keepalive): .*");
    }

    private static String listener(String name, String fields, Path log) {
        return """
          - name: NAME
            address: {socket_address: {address: 127.0.0.1, port_value: 0}}
        FIELDS    filter_chains:
            - filters:
              - name: envoy.filters.network.http_connection_manager
                typed_config:
                  "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                  stat_prefix: NAME
                  drain_timeout: 0.1s
                  delayed_close_timeout: 0.1s
                  stream_idle_timeout: 10s
                  common_http_protocol_options: {idle_timeout: 4s}
                  access_log:
                  - name: log
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog
                      path: LOG
                  route_config:
                    virtual_hosts:
                    - name: all
                      domains: ["*"]
                      routes:
                      - {match: {path: /silent}, route: {cluster: silent, timeout: 0s}}
                      - {match: {prefix: /}, direct_response: {status: 200}}
                  http_filters:
                  - name: envoy.filters.http.router
                    typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
        """
                .replace("FIELDS", fields)
                .replace("NAME", name)
                .replace("LOG", log.toString());
    }

    /// A cluster that takes connections and never says a word.
    private static String silent(int port) {
        return """
          clusters:
          - name: silent
            type: STATIC
            connect_timeout: 1s
            load_assignment:
              cluster_name: silent
              endpoints:
              - lb_endpoints:
                - endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: PORT}}}
        """
                .replace("PORT", Integer.toString(port));
    }

    private static String monitors(String more) {
        return """
        overload_manager:
          refresh_interval: 0.05s
          resource_monitors:
          - name: INJECTED
            typed_config:
              "@type": type.googleapis.com/envoy.extensions.resource_monitors.injected_resource.v3.InjectedResourceConfig
              filename: FILE
        """
                        .replace("INJECTED", INJECTED)
                + more;
    }

    private static String limit(int most) {
        return "  - name: "
                + CONNECTIONS
                + "\n    typed_config: {\"@type\":"
                + " type.googleapis.com/envoy.extensions.resource_monitors.downstream_connections.v3.DownstreamConnectionsConfig,"
                + " max_active_downstream_connections: "
                + most
                + "}\n";
    }

    private static String actions(String... each) {
        return monitors("") + "  actions:\n" + String.join("", each);
    }

    private static String action(String name, String trigger) {
        return "  - name: envoy.overload_actions."
                + name
                + "\n    triggers: [{name: "
                + INJECTED
                + ", "
                + trigger
                + "}]\n";
    }

    private static String points(String name) {
        return monitors("")
                + "  loadshed_points:\n  - name: envoy.load_shed_points."
                + name
                + "\n    triggers: [{name: "
                + INJECTED
                + ", "
                + threshold(0.8)
                + "}]\n";
    }

    private static String threshold(double value) {
        return "threshold: {value: " + value + "}";
    }

    private static String scaled(double from, double full) {
        return "scaled: {scaling_threshold: " + from + ", saturation_threshold: " + full + "}";
    }
}
