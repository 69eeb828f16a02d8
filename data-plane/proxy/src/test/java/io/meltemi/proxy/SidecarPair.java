package io.meltemi.proxy;

import io.meltemi.proxy.tls.TestAuthority;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Path;

/// A proxy as the sidecar of `productpage` and one as the sidecar of `ratings`, with mutual TLS
/// between them, configured as istiod configures Istio's proxies.
final class SidecarPair implements AutoCloseable {
    static final String CALLER = "spiffe://cluster.local/ns/default/sa/bookinfo-productpage";
    static final String CALLED = "spiffe://cluster.local/ns/default/sa/bookinfo-ratings";

    static final String ALPN =
            """
            - name: istio.alpn
              typed_config:
                "@type": type.googleapis.com/istio.envoy.config.filter.http.alpn.v2alpha1.FilterConfig
                alpn_override:
                - {alpn_override: [istio-http/1.0, istio, http/1.0]}
                - {upstream_protocol: HTTP11, alpn_override: [istio-http/1.1, istio, http/1.1]}
                - {upstream_protocol: HTTP2, alpn_override: [istio-h2, istio, h2]}
            """;

    static final String METADATA_OUTBOUND =
            """
            - name: istio.metadata_exchange
              typed_config:
                "@type": type.googleapis.com/udpa.type.v1.TypedStruct
                type_url: type.googleapis.com/io.istio.http.peer_metadata.Config
                value:
                  upstream_discovery: [{istio_headers: {}}, {workload_discovery: {}}]
                  upstream_propagation: [{istio_headers: {skip_external_clusters: true}}]
            """;

    static final String METADATA_INBOUND =
            """
            - name: istio.metadata_exchange
              typed_config:
                "@type": type.googleapis.com/udpa.type.v1.TypedStruct
                type_url: type.googleapis.com/io.istio.http.peer_metadata.Config
                value:
                  downstream_discovery: [{istio_headers: {}}, {workload_discovery: {}}]
                  downstream_propagation: [{istio_headers: {}}]
            """;

    private static final TestAuthority ROOT = new TestAuthority("mesh root");
    private static final TestAuthority.Issued CALLER_KEYS = ROOT.issue(CALLER);
    private static final TestAuthority.Issued CALLED_KEYS = ROOT.issue(CALLED);

    private final RunningProxy server;
    private final RunningProxy client;

    /// @param appPort of the application that is called
    /// @param logs a folder for `client.log` and `server.log`
    /// @param format of a line in both
    /// @param outbound filters of the calling side, in YAML
    /// @param inbound filters of the called side, in YAML
    SidecarPair(int appPort, Path logs, String format, String outbound, String inbound)
            throws Exception {
        server =
                new RunningProxy(
                        proxy(
                                "ratings",
                                listener(
                                        "INBOUND",
                                        inbound,
                                        route("/", "inbound|9080||"),
                                        log(logs.resolve("server.log"), format),
                                        serverTls()),
                                cluster("inbound|9080||", appPort, services("ratings"), "")));
        client =
                new RunningProxy(
                        proxy(
                                "productpage",
                                listener(
                                        "OUTBOUND",
                                        outbound,
                                        route("/external", "outbound|80||example.com")
                                                + route("/", "outbound|9080||ratings"),
                                        log(logs.resolve("client.log"), format),
                                        ""),
                                cluster(
                                                "outbound|9080||ratings",
                                                port(server.address()),
                                                services("ratings"),
                                                clientTls())
                                        + cluster(
                                                "outbound|80||example.com",
                                                appPort,
                                                "external: true",
                                                "")));
    }

    private SidecarPair(RunningProxy server, RunningProxy client) {
        this.server = server;
        this.client = client;
    }

    /// The same for an application of TCP.
    ///
    /// @param filters of both listeners before the TCP proxy, in YAML
    /// @param ofCluster filters of the calling side's cluster, in YAML
    static SidecarPair tcp(int appPort, Path logs, String format, String filters, String ofCluster)
            throws Exception {
        RunningProxy called =
                new RunningProxy(
                        proxy(
                                "ratings",
                                tcpListener(
                                        "INBOUND",
                                        filters,
                                        "inbound|9080||",
                                        log(logs.resolve("server.log"), format),
                                        serverTls()),
                                cluster("inbound|9080||", appPort, services("ratings"), "")));
        return new SidecarPair(
                called,
                new RunningProxy(
                        proxy(
                                "productpage",
                                tcpListener(
                                        "OUTBOUND",
                                        filters,
                                        "outbound|9080||ratings",
                                        log(logs.resolve("client.log"), format),
                                        ""),
                                cluster(
                                        "outbound|9080||ratings",
                                        port(called.address()),
                                        services("ratings"),
                                        clientTls() + "filters:\n" + ofCluster))));
    }

    RunningProxy server() {
        return server;
    }

    RunningProxy client() {
        return client;
    }

    /// Sends a GET through both.
    ///
    /// @param headers lines with their ends
    String get(String path, String headers) throws Exception {
        return client.exchange(
                "GET " + path + " HTTP/1.1\r\nhost: ratings:9080\r\n" + headers + "\r\n");
    }

    private static int port(SocketAddress address) {
        return ((InetSocketAddress) address).getPort();
    }

    private static String services(String name) {
        return "services: [{host: NAME.default.svc.cluster.local, name: NAME, namespace: default}]"
                .replace("NAME", name);
    }

    private static String proxy(String app, String listener, String clusters) {
        return """
        node:
          id: sidecar~10.52.0.34~APP-v1-84975bc778-pxz2w.default~default.svc.cluster.local
          cluster: APP.default
          locality: {region: us-east4, zone: us-east4-b}
          metadata:
            NAME: APP-v1-84975bc778-pxz2w
            NAMESPACE: default
            WORKLOAD_NAME: APP-v1
            OWNER: kubernetes://apis/apps/v1/namespaces/default/deployments/APP-v1
            CLUSTER_ID: APP-cluster
            SERVICE_ACCOUNT: bookinfo-APP
            INSTANCE_IPS: 10.52.0.34
            ISTIO_VERSION: 1.29.0
            LABELS:
              app: APP
              version: v1
              service.istio.io/canonical-name: APP
              service.istio.io/canonical-revision: version-1
              role: of-APP
        admin: {address: {socket_address: {address: 127.0.0.1, port_value: 0}}}
        static_resources:
          listeners:
        """
                        .replace("APP", app)
                + listener.indent(2)
                + "  clusters:\n"
                + clusters.indent(2);
    }

    private static String log(Path file, String format) {
        return """
        access_log:
        - name: envoy.access_loggers.file
          typed_config:
            "@type": type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog
            path: FILE
            log_format: {text_format_source: {inline_string: "FORMAT\\n"}}
        """
                .replace("FILE", file.toString())
                .replace("FORMAT", format);
    }

    private static String route(String prefix, String cluster) {
        return "- {name: default, match: {prefix: "
                + prefix
                + "}, route: {cluster: \""
                + cluster
                + "\", timeout: 0s}}\n";
    }

    private static String listener(
            String direction, String filters, String routes, String log, String tls) {
        return """
        - name: in
          traffic_direction: DIRECTION
          address: {socket_address: {address: 127.0.0.1, port_value: 0}}
          filter_chains:
          - name: chain
        TLS    filters:
            - name: envoy.filters.network.http_connection_manager
              typed_config:
                "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                stat_prefix: DIRECTION
                use_remote_address: false
        LOG        route_config:
                  name: r
                  validate_clusters: false
                  virtual_hosts:
                  - name: v
                    domains: ["*"]
                    routes:
        ROUTES        http_filters:
        FILTERS        - name: envoy.filters.http.router
                  typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
        """
                .replace("DIRECTION", direction)
                .replace("TLS", tls.indent(4))
                .replace("LOG", log.indent(8))
                .replace("ROUTES", routes.indent(12))
                .replace("FILTERS", filters.indent(8));
    }

    private static String tcpListener(
            String direction, String filters, String cluster, String log, String tls) {
        return """
        - name: in
          traffic_direction: DIRECTION
          address: {socket_address: {address: 127.0.0.1, port_value: 0}}
          filter_chains:
          - name: chain
        TLS    filters:
        FILTERS    - name: envoy.filters.network.tcp_proxy
              typed_config:
                "@type": type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy
                stat_prefix: DIRECTION
                cluster: "CLUSTER"
        LOG
        """
                .replace("DIRECTION", direction)
                .replace("CLUSTER", cluster)
                .replace("TLS", tls.indent(4))
                .replace("LOG", log.indent(8))
                .replace("FILTERS", filters.indent(4));
    }

    private static String cluster(String name, int port, String istio, String tls) {
        return """
        - name: "NAME"
          type: STATIC
          metadata: {filter_metadata: {istio: {ISTIO}}}
          load_assignment: {cluster_name: "NAME", endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: PORT}}}}]}]}
        """
                        .replace("NAME", name)
                        .replace("PORT", Integer.toString(port))
                        .replace("ISTIO", istio)
                + tls.indent(2);
    }

    private static String clientTls() {
        return tls("UpstreamTlsContext", CALLER_KEYS, "[istio-peer-exchange, istio]");
    }

    private static String serverTls() {
        return tls("DownstreamTlsContext", CALLED_KEYS, "[istio-peer-exchange, h2, http/1.1]")
                + "    require_client_certificate: true\n";
    }

    private static String tls(String type, TestAuthority.Issued keys, String alpn) {
        return """
        transport_socket:
          name: envoy.transport_sockets.tls
          typed_config:
            "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.TYPE
            common_tls_context:
              alpn_protocols: ALPN
              tls_certificates:
              - certificate_chain: {inline_string: "CHAIN"}
                private_key: {inline_string: "KEY"}
              validation_context:
                trusted_ca: {inline_string: "ROOT"}
        """
                .replace("TYPE", type)
                .replace("ALPN", alpn)
                .replace("CHAIN", keys.chain().replace("\n", "\\n"))
                .replace("KEY", keys.key().replace("\n", "\\n"))
                .replace("ROOT", ROOT.pem().replace("\n", "\\n"));
    }

    @Override
    public void close() {
        client.close();
        server.close();
    }
}
