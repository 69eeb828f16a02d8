package io.meltemi.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meltemi.proxy.config.check.ConfigRefusedException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
@SuppressWarnings("StringConcatToTextBlock") // what is on the wire has CRLF
final class ProxyTest {
    private static final String TO_UP = "- {match: {prefix: /}, route: {cluster: up}}";

    @TempDir Path folder;

    private static String get(String path) {
        return "GET " + path + " HTTP/1.1\r\nhost: shop\r\n\r\n";
    }

    private static int unusedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Test
    void forwardsARequestAndItsResponse() throws Exception {
        try (EchoUpstream up = EchoUpstream.answering("hello");
                RunningProxy proxy =
                        new RunningProxy(
                                RunningProxy.yaml(TO_UP, RunningProxy.cluster("up", up.port())))) {
            String response = proxy.exchange(get("/a?b=c"));

            assertThat(response)
                    .startsWith("HTTP/1.1 200 OK\r\n")
                    .contains("\r\nserver: envoy\r\n", "\r\nx-envoy-upstream-service-time: ")
                    .endsWith("\r\n\r\nhello");
            assertThat(up.requests()).hasSize(1);
            assertThat(up.requests().getFirst())
                    .startsWith("GET /a?b=c HTTP/1.1\r\nhost: shop\r\n")
                    .contains("x-forwarded-proto: http\r\n", "x-request-id: ")
                    .contains("x-envoy-expected-rq-timeout-ms: 15000\r\n");
        }
    }

    @Test
    void keepsConnectionsOnBothSides() throws Exception {
        try (EchoUpstream up = EchoUpstream.answering("x");
                RunningProxy proxy =
                        new RunningProxy(
                                RunningProxy.yaml(TO_UP, RunningProxy.cluster("up", up.port())));
                RawClient client = proxy.client()) {
            for (int i = 0; i < 5; i++) {
                assertThat(client.send(get("/" + i)).response()).endsWith("x");
            }

            assertThat(up.connections()).isEqualTo(1);
            assertThat(up.requests()).hasSize(5);
        }
    }

    @Test
    void answersPipelinedRequestsInOrder() throws Exception {
        try (EchoUpstream up = new EchoUpstream(r -> EchoUpstream.ok(r.substring(4, 6)));
                RunningProxy proxy =
                        new RunningProxy(
                                RunningProxy.yaml(TO_UP, RunningProxy.cluster("up", up.port())));
                RawClient client = proxy.client()) {
            client.send(get("/1") + get("/2") + get("/3"));

            assertThat(client.response()).endsWith("/1");
            assertThat(client.response()).endsWith("/2");
            assertThat(client.response()).endsWith("/3");
        }
    }

    @Test
    void forwardsChunkedBodies() throws Exception {
        try (EchoUpstream up = EchoUpstream.answering("ok");
                RunningProxy proxy =
                        new RunningProxy(
                                RunningProxy.yaml(TO_UP, RunningProxy.cluster("up", up.port())))) {
            String response =
                    proxy.exchange(
                            "POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n"
                                    + "5\r\nhello\r\n6;x=y\r\n world\r\n0\r\n\r\n");

            assertThat(response).endsWith("ok");
            assertThat(up.requests().getFirst())
                    .contains("transfer-encoding: chunked\r\n")
                    .contains("hello")
                    .contains(" world")
                    .endsWith("0\r\n\r\n");
        }
    }

    @Test
    void triesAgainOnAnotherConnectionUntilTheRetriesAreUsedUp() throws Exception {
        try (EchoUpstream up =
                        new EchoUpstream(_ -> "HTTP/1.1 503 No\r\ncontent-length: 0\r\n\r\n");
                RunningProxy proxy =
                        new RunningProxy(
                                RunningProxy.yaml(
                                        "- {match: {prefix: /}, route: {cluster: up, retry_policy:"
                                                + " {retry_on: 5xx, num_retries: 2}}}",
                                        RunningProxy.cluster("up", up.port())))) {
            String response = proxy.exchange(get("/"));

            assertThat(response).startsWith("HTTP/1.1 503 ");
            assertThat(up.requests()).hasSize(3);
            assertThat(proxy.admin("GET", "/stats?filter=upstream_rq_retry"))
                    .contains("cluster.up.upstream_rq_retry: 2\n")
                    .contains("cluster.up.upstream_rq_retry_limit_exceeded: 1\n");
        }
    }

    @Test
    void aRetryFindsTheEndpointThatWorks() throws Exception {
        int dead = unusedPort();
        try (EchoUpstream up = EchoUpstream.answering("alive");
                RunningProxy proxy =
                        new RunningProxy(
                                RunningProxy.yaml(
                                        "- {match: {prefix: /}, route: {cluster: up, retry_policy:"
                                                + " {retry_on: connect-failure, num_retries: 3}}}",
                                        RunningProxy.cluster("up", dead, up.port())))) {
            for (int i = 0; i < 4; i++) {
                assertThat(proxy.exchange(get("/"))).endsWith("alive");
            }
        }
    }

    @Test
    void saysWhyThereIsNoResponse() throws Exception {
        try (RunningProxy proxy =
                new RunningProxy(
                        RunningProxy.yaml(
                                """
                                - {match: {prefix: /dead}, route: {cluster: dead}}
                                - {match: {prefix: /empty}, route: {cluster: empty}}
                                - {match: {prefix: /unknown}, route: {cluster_header: x-c}}
                                """,
                                RunningProxy.cluster("dead", unusedPort())
                                        + RunningProxy.cluster("empty")))) {
            assertThat(proxy.exchange(get("/dead")))
                    .startsWith("HTTP/1.1 503 ")
                    .endsWith(
                            "upstream connect error or disconnect/reset before headers."
                                    + " reset reason: remote connection failure");
            assertThat(proxy.exchange(get("/empty"))).endsWith("no healthy upstream");
            assertThat(proxy.exchange(get("/unknown"))).startsWith("HTTP/1.1 503 ");
            assertThat(proxy.exchange(get("/elsewhere"))).startsWith("HTTP/1.1 404 ");
        }
    }

    @Test
    void givesUpAfterTheRoutesTimeout() throws Exception {
        var stuck = new java.util.concurrent.CountDownLatch(1);
        try (EchoUpstream up =
                        new EchoUpstream(_ -> {
                            try {
                                stuck.await();
                            } catch (InterruptedException _) {
                                Thread.currentThread().interrupt();
                            }
                            return "";
                        });
                RunningProxy proxy =
                        new RunningProxy(
                                RunningProxy.yaml(
                                        "- {match: {prefix: /}, route: {cluster: up, timeout:"
                                                + " 0.1s}}",
                                        RunningProxy.cluster("up", up.port())))) {
            assertThat(proxy.exchange(get("/")))
                    .startsWith("HTTP/1.1 504 ")
                    .endsWith("upstream request timeout");
            stuck.countDown();
        }
    }

    @Test
    void ejectsAnEndpointAfterConsecutiveErrors() throws Exception {
        try (EchoUpstream bad =
                        new EchoUpstream(_ -> "HTTP/1.1 500 No\r\ncontent-length: 0\r\n\r\n");
                EchoUpstream good = EchoUpstream.answering("good");
                RunningProxy proxy =
                        new RunningProxy(
                                RunningProxy.yaml(
                                        TO_UP,
                                        RunningProxy.cluster("up", bad.port(), good.port())
                                                .replace(
                                                        "type: STATIC",
                                                        "type: STATIC, outlier_detection:"
                                                                + " {consecutive_5xx: 2,"
                                                                + " max_ejection_percent: 50,"
                                                                + " enforcing_success_rate: 0}")))) {
            for (int i = 0; i < 4; i++) {
                proxy.exchange(get("/"));
            }

            for (int i = 0; i < 6; i++) {
                assertThat(proxy.exchange(get("/"))).endsWith("good");
            }
            assertThat(proxy.admin("GET", "/clusters")).contains("/failed_outlier_check");
        }
    }

    @Test
    void carriesWebSocketBytesAfterTheUpgrade() throws Exception {
        try (EchoUpstream up =
                        new EchoUpstream(_ ->
                                "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\n"
                                        + "upgrade: websocket\r\n\r\nfirst frame");
                RunningProxy proxy =
                        new RunningProxy(
                                RunningProxy.yaml(TO_UP, RunningProxy.cluster("up", up.port())));
                RawClient client = proxy.client()) {
            client.send(
                    "GET /ws HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\n"
                            + "upgrade: websocket\r\n\r\n");

            assertThat(client.everything(1000)).startsWith("HTTP/1.1 101 ").endsWith("first frame");
            assertThat(up.requests().getFirst())
                    .contains("connection: upgrade\r\n", "upgrade: websocket\r\n");
        }
    }

    @Test
    void adminShowsWhatIsInForce() throws Exception {
        try (EchoUpstream up = EchoUpstream.answering("x");
                RunningProxy proxy =
                        new RunningProxy(
                                RunningProxy.yaml(TO_UP, RunningProxy.cluster("up", up.port())))) {
            proxy.exchange(get("/"));

            assertThat(proxy.admin("GET", "/ready")).isEqualTo("LIVE\n");
            assertThat(proxy.admin("GET", "/listeners")).startsWith("in::127.0.0.1:");
            assertThat(proxy.admin("GET", "/config_dump"))
                    .contains("ClustersConfigDump", "\"stat_prefix\": \"in\"");
            assertThat(proxy.admin("GET", "/stats"))
                    .contains("http.in.downstream_rq_2xx: 1\n")
                    .contains("cluster.up.upstream_rq_200: 1\n");
            assertThat(proxy.admin("GET", "/stats/prometheus"))
                    .contains("envoy_cluster_upstream_rq_total{envoy_cluster_name=\"up\"} 1");
            proxy.admin("POST", "/healthcheck/fail");
            assertThat(proxy.admin("GET", "/ready")).isEqualTo("DRAINING\n");
        }
    }

    @Test
    void drainingAnnouncesTheConnectionsEnd() throws Exception {
        try (EchoUpstream up = EchoUpstream.answering("x");
                RunningProxy proxy =
                        new RunningProxy(
                                RunningProxy.yaml(TO_UP, RunningProxy.cluster("up", up.port())));
                RawClient client = proxy.client()) {
            client.send("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\n\r\na");
            while (up.connections() == 0) {
                Thread.onSpinWait();
            }
            proxy.proxy().drain();

            assertThat(client.send("b").response()).contains("\r\nconnection: close\r\n");
        }
    }

    @Test
    void speaksHttp2BetweenTwoProxies() throws Exception {
        String http2 =
                "type: STATIC, typed_extension_protocol_options:"
                        + " {envoy.extensions.upstreams.http.v3.HttpProtocolOptions:"
                        + " {\"@type\": type.googleapis.com/envoy.extensions.upstreams.http.v3"
                        + ".HttpProtocolOptions, explicit_http_config:"
                        + " {http2_protocol_options: {}}}}";
        try (EchoUpstream up = EchoUpstream.answering("through h2");
                RunningProxy inner =
                        new RunningProxy(
                                RunningProxy.yaml(TO_UP, RunningProxy.cluster("up", up.port())));
                RunningProxy outer =
                        new RunningProxy(
                                RunningProxy.yaml(
                                        TO_UP,
                                        RunningProxy.cluster(
                                                        "up",
                                                        ((java.net.InetSocketAddress)
                                                                        inner.address())
                                                                .getPort())
                                                .replace("type: STATIC", http2)))) {
            for (int i = 0; i < 3; i++) {
                assertThat(outer.exchange(get("/"))).endsWith("through h2");
            }
            assertThat(
                            outer.exchange(
                                    "POST /p HTTP/1.1\r\n"
                                            + "host: a\r\n"
                                            + "content-length: 5\r\n\r\n"
                                            + "hello"))
                    .endsWith("through h2");

            assertThat(up.requests().getLast()).endsWith("\r\n\r\nhello");
            assertThat(inner.admin("GET", "/stats?filter=http.in.downstream_rq_http2_total"))
                    .contains("http.in.downstream_rq_http2_total: 4");
            assertThat(outer.admin("GET", "/stats?filter=upstream_cx_total"))
                    .contains("cluster.up.upstream_cx_total: 1");
        }
    }

    @Test
    void aTcpProxyCarriesBytesBothWays() throws Exception {
        try (EchoUpstream up = EchoUpstream.answering("over tcp");
                RunningProxy proxy =
                        new RunningProxy(
                                """
                                static_resources:
                                  listeners:
                                  - name: in
                                    address: {socket_address: {address: 127.0.0.1, port_value: 0}}
                                    filter_chains:
                                    - filters:
                                      - name: envoy.filters.network.tcp_proxy
                                        typed_config:
                                          "@type": type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy
                                          stat_prefix: t
                                          cluster: up
                                  clusters:
                                """
                                        + RunningProxy.cluster("up", up.port()).indent(2))) {
            assertThat(proxy.exchange(get("/"))).endsWith("over tcp");
        }
    }

    @Test
    void refusesUnknownFieldsWithAllTheirPaths() {
        assertThatThrownBy(() ->
                        new RunningProxy(
                                RunningProxy.yaml(
                                        "- {match: {prefix: /}, route: {cluster: up,"
                                                + " colour: red}}",
                                        "- {name: up, typo: 1}")))
                .isInstanceOf(ConfigRefusedException.class)
                .hasMessageContaining(
                        "static_resources.listeners[0].filter_chains[0].filters[0].typed_config"
                                + ".route_config.virtual_hosts[0].routes[0].route.colour")
                .hasMessageContaining("static_resources.clusters[0].typo");
    }

    @Test
    void refusesSupportedMessagesWithFieldsItDoesNotObey() {
        assertThatThrownBy(() ->
                        new RunningProxy(
                                RunningProxy.yaml(
                                        TO_UP,
                                        "- {name: up, lb_policy: CLUSTER_PROVIDED,"
                                                + " preconnect_policy:"
                                                + " {predictive_preconnect_ratio: 2}}")))
                .isInstanceOf(ConfigRefusedException.class)
                .hasMessageContaining("static_resources.clusters[0].preconnect_policy")
                .hasMessageContaining("static_resources.clusters[0].lb_policy: CLUSTER_PROVIDED");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "http_protocol_options: {header_key_format: {stateful_formatter:"
                        + " {name: x, typed_config: {\"@type\":"
                        + " type.googleapis.com/google.protobuf.Struct}}}}"
                        + " | http_protocol_options.header_key_format.stateful_formatter",
                "local_reply_config: {mappers: [{status_code: 404}]}"
                        + " | local_reply_config.mappers[0].filter",
                "http2_protocol_options: {allow_metadata: true}"
                        + " | http2_protocol_options.allow_metadata",
                "represent_ipv4_remote_address_as_ipv4_mapped_ipv6: true"
                        + " | represent_ipv4_remote_address_as_ipv4_mapped_ipv6",
                "scheme_header_transformation: {match_upstream: true}"
                        + " | scheme_header_transformation.match_upstream",
                "path_normalization_options: {} | path_normalization_options",
            })
    void refusesWhatAConnectionManagerWouldNotFollow(String field, String path) {
        String yaml =
                RunningProxy.yaml(TO_UP, RunningProxy.cluster("up", 1))
                        .replace("stat_prefix: in", "stat_prefix: in\n          " + field);

        assertThatThrownBy(() -> new RunningProxy(yaml))
                .isInstanceOf(ConfigRefusedException.class)
                .hasMessageContaining("filters[0].typed_config." + path);
    }

    @Test
    void theCommandNamesAPortThatIsInUse() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Path file = folder.resolve("b.yaml");
            Files.writeString(
                    file,
                    RunningProxy.yaml(TO_UP, RunningProxy.cluster("up", 1))
                            .replaceFirst(
                                    "name: in\n    address: \\{socket_address: \\{address:"
                                            + " 127.0.0.1, port_value: 0",
                                    "name: in\n    address: {socket_address: {address: 127.0.0.1,"
                                            + " port_value: "
                                            + taken.getLocalPort()));
            ByteArrayOutputStream err = new ByteArrayOutputStream();

            int code =
                    new ProxyCommand(
                                    new PrintStream(new ByteArrayOutputStream()),
                                    new PrintStream(err))
                            .execute(file, "serve", 1, "auto");

            assertThat(code).isEqualTo(1);
            assertThat(err.toString(StandardCharsets.UTF_8))
                    .contains("listener 'in': cannot bind 127.0.0.1:" + taken.getLocalPort());
        }
    }

    @Test
    void theCommandValidatesWithoutOpeningSockets() throws Exception {
        Path file = folder.resolve("b.yaml");
        Files.writeString(file, RunningProxy.yaml(TO_UP, RunningProxy.cluster("up", 1)));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream none = new PrintStream(new ByteArrayOutputStream());

        assertThat(
                        new ProxyCommand(new PrintStream(out), none)
                                .execute(file, "validate", 1, "auto"))
                .isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("OK");
        assertThat(
                        new ProxyCommand(none, none)
                                .execute(folder.resolve("no.yaml"), "serve", 1, "auto"))
                .isEqualTo(1);
        assertThat(new ProxyCommand(none, none).execute(file, "dance", 1, "auto")).isEqualTo(2);
    }
}
