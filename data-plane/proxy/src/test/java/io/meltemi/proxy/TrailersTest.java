package io.meltemi.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.fixtures.http.Header;
import io.meltemi.fixtures.http.Message;
import io.meltemi.fixtures.http.PlainClient;
import io.meltemi.fixtures.http.Reply;
import io.meltemi.fixtures.http.ScriptedUpstream;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class TrailersTest {
    private static final String REQUEST =
            onTheWire(
                    """
                    POST / HTTP/1.1
                    host: a
                    transfer-encoding: chunked

                    2
                    hi
                    0
                    x-end: yes

                    """);
    private static final String RESPONSE =
            onTheWire(
                    """
                    HTTP/1.1 200 OK
                    transfer-encoding: chunked

                    3
                    abc
                    0
                    x-sum: 3

                    """);

    @TempDir Path folder;

    private static String onTheWire(String lines) {
        return lines.replace("\n", "\r\n");
    }

    /// HTTP/1 to the first listener, HTTP/2 to the second, HTTP/1 to the upstream.
    @Test
    void trailersGoThroughHttp2AndBack() throws Exception {
        try (ScriptedUpstream upstream = ScriptedUpstream.start().then(new Reply.Raw(RESPONSE));
                RunningProxy proxy = new RunningProxy(bootstrap(upstream.port()));
                PlainClient client =
                        PlainClient.connect(((InetSocketAddress) proxy.address()).getPort())) {
            Message response = client.call(REQUEST);

            assertThat(upstream.seen().getFirst().body()).isEqualTo("hi");
            assertThat(upstream.seen().getFirst().trailers())
                    .containsExactly(new Header("x-end", "yes"));
            assertThat(response.body()).isEqualTo("abc");
            assertThat(response.trailers()).containsExactly(new Header("x-sum", "3"));
        }
    }

    private String bootstrap(int upstreamPort) {
        String socket = "pipe: {path: " + folder.resolve("inner.sock") + "}";
        return """
        admin: {address: {socket_address: {address: 127.0.0.1, port_value: 0}}}
        static_resources:
          listeners:
        """
                + listener("in", "socket_address: {address: 127.0.0.1, port_value: 0}", "inner")
                + listener("inner", socket, "up")
                + "  clusters:\n"
                + cluster("inner", socket, "http2_protocol_options: {}")
                + cluster(
                        "up",
                        "socket_address: {address: 127.0.0.1, port_value: " + upstreamPort + "}",
                        "http_protocol_options: {enable_trailers: true}");
    }

    private static String listener(String name, String address, String cluster) {
        return """
          - name: NAME
            address: {ADDRESS}
            filter_chains:
            - filters:
              - name: manager
                typed_config:
                  "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                  stat_prefix: NAME
                  http_protocol_options: {enable_trailers: true}
                  route_config: {name: r, virtual_hosts: [{name: v, domains: ["*"], routes: [{match: {prefix: /}, route: {cluster: CLUSTER}}]}]}
                  http_filters:
                  - name: router
                    typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
        """
                .replace("NAME", name)
                .replace("ADDRESS", address)
                .replace("CLUSTER", cluster);
    }

    private static String cluster(String name, String address, String protocol) {
        return """
          - name: NAME
            type: STATIC
            typed_extension_protocol_options:
              envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
                "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
                explicit_http_config: {PROTOCOL}
            load_assignment:
              cluster_name: NAME
              endpoints: [{lb_endpoints: [{endpoint: {address: {ADDRESS}}}]}]
        """
                .replace("NAME", name)
                .replace("ADDRESS", address)
                .replace("PROTOCOL", protocol);
    }
}
