package io.meltemi.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.proxy.tls.TestAuthority;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// `istio.alpn` between a sidecar that calls and one that is called, which has filter chains by
/// what is offered, as istiod makes them.
final class IstioAlpnTest {
    private static final TestAuthority ROOT = new TestAuthority("mesh root");
    private static final TestAuthority.Issued SERVER =
            ROOT.issue("spiffe://cluster.local/ns/shop/sa/catalog");
    private RunningProxy server;
    private RunningProxy client;

    @BeforeEach
    void start() throws Exception {
        server = new RunningProxy(server());
        int port = ((InetSocketAddress) server.address()).getPort();
        client =
                new RunningProxy(
                        """
                        admin: {address: {socket_address: {address: 127.0.0.1, port_value: 0}}}
                        static_resources:
                          listeners:
                        """
                                + listener("with", SidecarPair.ALPN).indent(2)
                                + listener("without", "").indent(2)
                                + """
                                  clusters:
                                """
                                + cluster("http1", port, "http_protocol_options: {}").indent(2)
                                + cluster("http2", port, "http2_protocol_options: {}").indent(2));
    }

    @AfterEach
    void close() {
        client.close();
        server.close();
    }

    @Test
    void requestsOfferWhatFitsTheirHttpVersion() throws Exception {
        assertThat(get("with", "/http1")).endsWith("chain istio-http/1.1");
        assertThat(get("with", "/http2")).endsWith("chain istio-h2");
    }

    /// One worker, one cluster, one endpoint: a connection is free each time.
    @Test
    void connectionsOfAnotherOfferAreNotUsed() throws Exception {
        assertThat(get("without", "/http1")).endsWith("chain istio-peer-exchange");
        assertThat(get("with", "/http1")).endsWith("chain istio-http/1.1");
        assertThat(get("without", "/http1")).endsWith("chain istio-peer-exchange");
        assertThat(get("with", "/http1")).endsWith("chain istio-http/1.1");
        assertThat(client.admin("GET", "/stats?filter=cluster.http1.upstream_cx_total"))
                .contains("upstream_cx_total: 2");
    }

    private String get(String listener, String path) throws Exception {
        SocketAddress address =
                Objects.requireNonNull(client.proxy().listenerSockets().get(listener));
        try (RawClient caller = new RawClient(address)) {
            return caller.send("GET " + path + " HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
                    .response();
        }
    }

    private static String listener(String name, String filters) {
        return """
        - name: NAME
          address: {socket_address: {address: 127.0.0.1, port_value: 0}}
          filter_chains:
          - filters:
            - name: envoy.filters.network.http_connection_manager
              typed_config:
                "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                stat_prefix: NAME
                route_config:
                  virtual_hosts:
                  - name: v
                    domains: ["*"]
                    routes:
                    - {match: {prefix: /http1}, route: {cluster: http1}}
                    - {match: {prefix: /http2}, route: {cluster: http2}}
                http_filters:
        FILTERS        - name: envoy.filters.http.router
                  typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
        """
                .replace("NAME", name)
                .replace("FILTERS", filters.indent(8));
    }

    private static String cluster(String name, int port, String protocol) {
        return """
        - name: NAME
          type: STATIC
          load_assignment: {cluster_name: NAME, endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: PORT}}}}]}]}
          typed_extension_protocol_options:
            envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
              "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
              explicit_http_config: {PROTOCOL}
          transport_socket:
            name: envoy.transport_sockets.tls
            typed_config:
              "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext
              common_tls_context: {alpn_protocols: [istio-peer-exchange, istio]}
        """
                .replace("NAME", name)
                .replace("PORT", Integer.toString(port))
                .replace("PROTOCOL", protocol);
    }

    private static String server() {
        return """
        static_resources:
          listeners:
          - name: in
            address: {socket_address: {address: 127.0.0.1, port_value: 0}}
            listener_filters:
            - name: envoy.filters.listener.tls_inspector
              typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector}
            filter_chains:
        """
                + chain("istio-http/1.1").indent(4)
                + chain("istio-h2").indent(4)
                + chain("istio-peer-exchange").indent(4);
    }

    private static String chain(String alpn) {
        return """
        - filter_chain_match: {application_protocols: [ALPN]}
          transport_socket:
            name: envoy.transport_sockets.tls
            typed_config:
              "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext
              common_tls_context:
                alpn_protocols: [istio-peer-exchange, h2, http/1.1]
                tls_certificates:
                - certificate_chain: {inline_string: "CHAIN"}
                  private_key: {inline_string: "KEY"}
          filters:
          - name: envoy.filters.network.http_connection_manager
            typed_config:
              "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
              stat_prefix: in
              route_config:
                virtual_hosts:
                - name: v
                  domains: ["*"]
                  routes: [{match: {prefix: /}, direct_response: {status: 200, body: {inline_string: "chain ALPN"}}}]
              http_filters:
              - name: envoy.filters.http.router
                typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
        """
                .replace("ALPN", alpn)
                .replace("CHAIN", SERVER.chain().replace("\n", "\\n"))
                .replace("KEY", SERVER.key().replace("\n", "\\n"));
    }
}
