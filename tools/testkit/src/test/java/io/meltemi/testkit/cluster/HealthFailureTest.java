package io.meltemi.testkit.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.fixtures.http.PlainClient;
import io.meltemi.fixtures.parity.Parity;
import io.meltemi.testkit.Deadline;
import io.meltemi.testkit.differential.OurProxy;
import io.meltemi.testkit.differential.ProxyUnderTest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What happens to connections when the health of their endpoint fails, in Envoy and in ours.
final class HealthFailureTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /// The first checks pass, so that there is time to connect.
    private static final String CHECK = "/check/200.200.200.200.200.200.200.200.200.200.503";

    @Test
    @Parity("cluster.close_connections_on_host_health_failure")
    void connectionsToAFailedEndpointEndIfThatIsWanted() throws IOException {
        try (Upstreams upstreams = new Upstreams(1)) {
            List<String> envoy = play(upstreams, ProxyUnderTest::envoy);

            assertThat(play(upstreams, OurProxy::start)).isEqualTo(envoy);
            assertThat(envoy).containsExactly("closed", "200 a", "/failed_active_hc");
        }
    }

    private static List<String> play(Upstreams upstreams, ProxyUnderTest.Launcher launcher)
            throws IOException {
        upstreams.reset();
        try (ProxyUnderTest proxy =
                launcher.start(upstreams.fill(bootstrap(), Path.of("/dev/null")))) {
            Deadline.await("readiness", PATIENCE, proxy.admin()::isReady, proxy::log);
            try (PlainClient closed = PlainClient.connect(proxy.admin().listenerPort("closed"));
                    PlainClient kept = PlainClient.connect(proxy.admin().listenerPort("kept"))) {
                ask(closed);
                ask(kept);
                for (String cluster : List.of("closed", "kept")) {
                    Deadline.await(
                            cluster + " to fail",
                            PATIENCE,
                            () -> flags(proxy, cluster).equals("/failed_active_hc"),
                            proxy::log);
                }
                return List.of(end(closed), ask(kept), flags(proxy, "kept"));
            }
        }
    }

    private static String ask(PlainClient client) throws IOException {
        var response = client.call("GET / HTTP/1.1\r\nhost: up\r\n\r\n");
        return response.status() + " " + response.body();
    }

    private static String end(PlainClient client) {
        try {
            client.millisUntilEnd();
            return "closed";
        } catch (IOException e) {
            return "open";
        }
    }

    private static String flags(ProxyUnderTest proxy, String cluster) throws IOException {
        return proxy.admin()
                .get("/clusters")
                .lines()
                .filter(line -> line.startsWith(cluster + "::"))
                .filter(line -> line.contains("::health_flags::"))
                .map(line -> line.substring(line.lastIndexOf("::") + 2))
                .findFirst()
                .orElse("");
    }

    private static String bootstrap() {
        return "static_resources:\n  listeners:\n"
                + listener("closed")
                + listener("kept")
                + "  clusters:\n"
                + cluster("closed", true)
                + cluster("kept", false);
    }

    private static String listener(String name) {
        return """
            - name: NAME
              address: {socket_address: {address: 127.0.0.1, port_value: 0}}
              filter_chains:
              - filters:
                - name: tcp
                  typed_config:
                    "@type": type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy
                    stat_prefix: NAME
                    cluster: NAME
        """
                .replace("NAME", name);
    }

    private static String cluster(String name, boolean closes) {
        return """
            - name: NAME
              type: STATIC
              connect_timeout: 5s
              close_connections_on_host_health_failure: CLOSES
              health_checks:
              - timeout: 20s
                interval: 0.3s
                no_traffic_interval: 0.3s
                unhealthy_threshold: 1
                healthy_threshold: 1
                http_health_check: {path: CHECK}
              load_assignment:
                cluster_name: NAME
                endpoints:
                - lb_endpoints:
                  - endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: PORT_A}}}
        """
                .replace("NAME", name)
                .replace("CLOSES", String.valueOf(closes))
                .replace("CHECK", CHECK);
    }
}
