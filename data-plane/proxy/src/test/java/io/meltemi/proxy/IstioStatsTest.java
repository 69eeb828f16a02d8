package io.meltemi.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Istio's standard metrics of a call between two sidecars, by the filters that istiod gives them.
final class IstioStatsTest {
    private static final String GRPC_STATS =
            """
            - name: envoy.filters.http.grpc_stats
              typed_config:
                "@type": type.googleapis.com/envoy.extensions.filters.http.grpc_stats.v3.FilterConfig
                emit_filter_state: true
                stats_for_all_methods: false
            """;
    private static final String FAULT_AND_CORS =
            """
            - name: envoy.filters.http.fault
              typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.fault.v3.HTTPFault}
            - name: envoy.filters.http.cors
              typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.cors.v3.Cors}
            """;
    private static final String STATS =
            """
            - name: istio.stats
              typed_config: {"@type": type.googleapis.com/stats.PluginConfig, tcp_reporting_duration: 5s}
            """;

    private static final String SOURCE =
            "source_workload=\"productpage-v1\",source_canonical_service=\"productpage\",source_canonical_revision=\"version-1\",source_workload_namespace=\"default\",source_principal=\""
                    + SidecarPair.CALLER
                    + "\",source_app=\"productpage\",source_version=\"v1\",source_cluster=\"productpage-cluster\",";
    private static final String DESTINATION =
            "destination_workload=\"ratings-v1\",destination_canonical_service=\"ratings\",destination_canonical_revision=\"version-1\",destination_workload_namespace=\"default\",destination_principal=\""
                    + SidecarPair.CALLED
                    + "\",destination_app=\"ratings\",destination_version=\"v1\",destination_cluster=\"ratings-cluster\",";
    private static final String SERVICE =
            "destination_service=\"ratings.default.svc.cluster.local\",destination_service_name=\"ratings\",destination_service_namespace=\"default\",";

    @TempDir private Path logs;

    private SidecarPair pair(int appPort) throws Exception {
        return new SidecarPair(
                appPort,
                logs,
                "-",
                SidecarPair.METADATA_OUTBOUND
                        + GRPC_STATS
                        + SidecarPair.ALPN
                        + FAULT_AND_CORS
                        + STATS,
                SidecarPair.METADATA_INBOUND + GRPC_STATS + FAULT_AND_CORS + STATS);
    }

    @Test
    void bothSidesCountARequestByWhoCalledWhom() throws Exception {
        try (EchoUpstream app = EchoUpstream.answering("hello");
                SidecarPair pair = pair(app.port())) {
            assertThat(pair.get("/", "")).endsWith("hello");

            String client = pair.client().prometheus("istio_requests_total{");
            String server = pair.server().prometheus("istio_requests_total{");

            assertThat(client)
                    .contains(
                            "# TYPE istio_requests_total counter\n",
                            "istio_requests_total{reporter=\"source\","
                                    + SOURCE
                                    + DESTINATION
                                    + SERVICE
                                    + ended("http", "200", "", "-", "unknown")
                                    + "} 1\n",
                            "istio_build{component=\"proxy\",tag=\"1.29.0\"} 1\n")
                    .containsPattern(
                            "istio_request_duration_milliseconds_count\\{reporter=\"source\".*} 1\n")
                    .containsPattern("istio_request_bytes_count\\{reporter=\"source\".*} 1\n")
                    .containsPattern("istio_response_bytes_count\\{reporter=\"source\".*} 1\n");
            assertThat(server)
                    .contains(
                            "istio_requests_total{reporter=\"destination\","
                                    + SOURCE
                                    + DESTINATION
                                    + SERVICE
                                    + ended("http", "200", "", "-", "mutual_tls")
                                    + "} 1\n");
        }
    }

    @Test
    void callsOfGrpcAreCountedWithTheirStatusAndMessages() throws Exception {
        String head = "HTTP/1.1 200 OK\r\ncontent-type: application/grpc\r\n";
        try (EchoUpstream app =
                        new EchoUpstream(_ ->
                                head
                                        + "grpc-status: 5\r\ncontent-length: 7\r\n\r\n"
                                        + "\0\0\0\0\2ab");
                SidecarPair pair = pair(app.port())) {
            String answer =
                    pair.client()
                            .exchange(
                                    "POST /shop.Cart/Add HTTP/1.1\r\nhost: ratings\r\ncontent-type:"
                                            + " application/grpc\r\ncontent-length:"
                                            + " 12\r\n\r\n\0\0\0\0\1a\0\0\0\0\1b");
            assertThat(answer).startsWith("HTTP/1.1 200");

            String client = pair.client().prometheus("istio_requests_total{");

            assertThat(client)
                    .contains(
                            ended("grpc", "200", "5", "-", "unknown") + "} 1\n",
                            "istio_request_messages_total{reporter=\"source\","
                                    + SOURCE
                                    + DESTINATION
                                    + SERVICE.substring(0, SERVICE.length() - 1)
                                    + "} 2\n")
                    .containsPattern("istio_response_messages_total\\{.*} 1\n");
        }
    }

    /// Istio: nobody was found out then, but for what is configured.
    @Test
    void callsThatFailAreCountedWithTheirFlags() throws Exception {
        int closed;
        try (EchoUpstream gone = EchoUpstream.answering("")) {
            closed = gone.port();
        }
        try (SidecarPair pair = pair(closed)) {
            assertThat(pair.get("/external", "")).startsWith("HTTP/1.1 503");

            String client = pair.client().prometheus("istio_requests_total{");

            assertThat(client)
                    .contains(
                            "destination_workload=\"unknown\",destination_canonical_service=\"unknown\",destination_canonical_revision=\"latest\",destination_workload_namespace=\"unknown\",destination_principal=\"unknown\",destination_app=\"unknown\",destination_version=\"unknown\",destination_cluster=\"unknown\",destination_service=\"ratings:9080\",destination_service_name=\"ratings:9080\",destination_service_namespace=\"unknown\","
                                    + ended("http", "503", "", "UF", "unknown")
                                    + "} 1\n");
        }
    }

    @Test
    void connectionsAreCountedWithTheirBytes() throws Exception {
        try (EchoUpstream app = EchoUpstream.answering("hello");
                RunningProxy proxy =
                        new RunningProxy(
                                """
                                node: {id: n, metadata: {WORKLOAD_NAME: db-v1, NAMESPACE: data}}
                                admin: {address: {socket_address: {address: 127.0.0.1, port_value: 0}}}
                                static_resources:
                                  listeners:
                                  - name: in
                                    traffic_direction: INBOUND
                                    address: {socket_address: {address: 127.0.0.1, port_value: 0}}
                                    filter_chains:
                                    - filters:
                                      - name: istio.stats
                                        typed_config: {"@type": type.googleapis.com/stats.PluginConfig}
                                      - name: envoy.filters.network.tcp_proxy
                                        typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy, stat_prefix: t, cluster: inbound}
                                  clusters:
                                """
                                        + RunningProxy.cluster("inbound", app.port()).indent(2))) {
            String request = "GET / HTTP/1.1\r\nhost: x\r\n\r\n";
            String answer = proxy.exchange(request);

            String page = proxy.prometheus("istio_tcp_connections_closed_total{");

            String labels =
                    "{reporter=\"destination\",source_workload=\"unknown\",source_canonical_service=\"unknown\",source_canonical_revision=\"latest\",source_workload_namespace=\"unknown\",source_principal=\"unknown\",source_app=\"unknown\",source_version=\"unknown\",source_cluster=\"unknown\",destination_workload=\"db-v1\",destination_canonical_service=\"\",destination_canonical_revision=\"\",destination_workload_namespace=\"data\",destination_principal=\"unknown\",destination_app=\"\",destination_version=\"\",destination_cluster=\"\",destination_service=\"\",destination_service_name=\"\",destination_service_namespace=\"data\",request_protocol=\"tcp\",response_flags=\"-\",connection_security_policy=\"none\"} ";
            assertThat(page)
                    .contains(
                            "istio_tcp_connections_opened_total" + labels + "1\n",
                            "istio_tcp_connections_closed_total" + labels + "1\n",
                            "istio_tcp_sent_bytes_total" + labels + answer.length() + "\n",
                            "istio_tcp_received_bytes_total" + labels + request.length() + "\n")
                    .doesNotContain("istio_requests_total");
        }
    }

    private static String ended(
            String protocol, String code, String grpc, String flags, String security) {
        return "request_protocol=\""
                + protocol
                + "\",response_code=\""
                + code
                + "\",grpc_response_status=\""
                + grpc
                + "\",response_flags=\""
                + flags
                + "\",connection_security_policy=\""
                + security
                + "\"";
    }
}
