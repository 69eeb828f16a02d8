package io.meltemi.bench.contest;

import io.meltemi.bench.contest.Wiring.Protocol;
import io.meltemi.bench.contest.Wiring.Shape;
import java.nio.file.Path;

/// What Envoy and our proxy both run: a sidecar's filter chain (an access list that allows all, a
/// fault filter without faults, the router), a JSON access log to a file and one cluster.
/// Immutable.
///
/// @param log the access log
/// @param certificates `server.pem` and `server.key`, for pairs
record EnvoyConfig(Wiring wiring, int adminPort, int upstreamPort, Path log, Path certificates) {
    /// Which of a pair's two proxies is meant; one alone is neither.
    enum Side {
        ALONE,
        CLIENT,
        SERVER
    }

    private static final String HEAD =
            """
            admin:
              address: {socket_address: {address: 127.0.0.1, port_value: ADMIN_PORT}}
            node: {id: bench, cluster: bench}
            static_resources:
              listeners:
              - name: web
                address: {socket_address: {address: 127.0.0.1, port_value: 0}}
                filter_chains:
                - filters:
            """;

    private static final String TCP =
            """
                  - name: envoy.filters.network.tcp_proxy
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy
                      stat_prefix: web
                      cluster: upstream
            """;

    private static final String HTTP =
            """
                  - name: envoy.filters.network.http_connection_manager
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                      stat_prefix: web
                      access_log:
                      - name: envoy.access_loggers.file
                        typed_config:
                          "@type": type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog
                          path: "LOG_PATH"
                          log_format:
                            json_format:
                              start_time: "%START_TIME%"
                              method: "%REQ(:METHOD)%"
                              path: "%REQ(X-ENVOY-ORIGINAL-PATH?:PATH)%"
                              protocol: "%PROTOCOL%"
                              response_code: "%RESPONSE_CODE%"
                              response_flags: "%RESPONSE_FLAGS%"
                              response_code_details: "%RESPONSE_CODE_DETAILS%"
                              bytes_received: "%BYTES_RECEIVED%"
                              bytes_sent: "%BYTES_SENT%"
                              duration: "%DURATION%"
                              upstream_service_time: "%RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)%"
                              user_agent: "%REQ(USER-AGENT)%"
                              request_id: "%REQ(X-REQUEST-ID)%"
                              authority: "%REQ(:AUTHORITY)%"
                              upstream_host: "%UPSTREAM_HOST%"
                              upstream_cluster: "%UPSTREAM_CLUSTER%"
                              downstream_remote_address: "%DOWNSTREAM_REMOTE_ADDRESS%"
                      route_config:
                        virtual_hosts:
                        - name: all
                          domains: ["*"]
                          routes:
            """;

    private static final String ROUTE =
            """
                          - {match: {prefix: /route/NUMBER/}, route: {cluster: upstream, timeout: 60s}}
            """;

    private static final String FILTERS =
            """
                      http_filters:
                      - name: envoy.filters.http.rbac
                        typed_config:
                          "@type": type.googleapis.com/envoy.extensions.filters.http.rbac.v3.RBAC
                          rules: {action: ALLOW, policies: {all: {permissions: [{any: true}], principals: [{any: true}]}}}
                      - name: envoy.filters.http.fault
                        typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.fault.v3.HTTPFault}
            """;

    private static final String DENY =
            """
                      - name: deny
                        typed_config:
                          "@type": type.googleapis.com/envoy.extensions.filters.http.rbac.v3.RBAC
                          rules:
                            action: DENY
                            policies:
            """;

    /// As Pilot writes one of Istio's with a method and a path.
    private static final String POLICY =
            """
                              "ns[bench]-policy[NUMBER]-rule[0]": {permissions: [{and_rules: {rules: [{or_rules: {rules: [{header: {name: ":method", string_match: {exact: GET}}}]}}, {or_rules: {rules: [{url_path: {path: {prefix: /other/NUMBER/}}}]}}]}}], principals: [{and_ids: {ids: [{any: true}]}}]}
            """;

    private static final String ROUTER =
            """
                      - name: envoy.filters.http.router
                        typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
            """;

    private static final String CLUSTER =
            """
              clusters:
              - name: upstream
                type: STATIC
                connect_timeout: 5s
                circuit_breakers: {thresholds: [{max_connections: 4096, max_pending_requests: 100000, max_requests: 100000}]}
                load_assignment:
                  cluster_name: upstream
                  endpoints:
                  - lb_endpoints:
                    - endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: UPSTREAM_PORT}}}
            """;

    private static final String HTTP2 =
            """
                typed_extension_protocol_options:
                  envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
                    "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
                    explicit_http_config: {http2_protocol_options: {}}
            """;

    private static final String TLS =
            """
                transport_socket:
                  name: envoy.transport_sockets.tls
                  typed_config:
                    "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.CONTEXT
                    common_tls_context:
                      tls_certificates: [{certificate_chain: {filename: "FOLDER/server.pem"}, private_key: {filename: "FOLDER/server.key"}}]
                      validation_context: {trusted_ca: {filename: "FOLDER/server.pem"}}
            """;

    String text(Side side) {
        StringBuilder text =
                new StringBuilder(HEAD.replace("ADMIN_PORT", Integer.toString(adminPort)));
        if (wiring.shape() == Shape.TCP) {
            text.append(TCP);
        } else {
            text.append(HTTP.replace("LOG_PATH", log.toString()));
            for (int i = 0; i < wiring.routes(); i++) {
                text.append(ROUTE.replace("NUMBER", Integer.toString(i)));
            }
            text.append(FILTERS);
            if (wiring.policies() > 0) {
                text.append(DENY);
            }
            for (int i = 0; i < wiring.policies(); i++) {
                text.append(POLICY.replace("NUMBER", Integer.toString(i)));
            }
            text.append(ROUTER);
        }
        if (side == Side.SERVER) {
            text.append(tls("DownstreamTlsContext").indent(2))
                    .append("          require_client_certificate: true\n");
        }
        text.append(CLUSTER.replace("UPSTREAM_PORT", Integer.toString(upstreamPort)));
        // The server's proxy speaks HTTP/1.1 with its application, as Istio's do.
        if (wiring.between() == Protocol.HTTP2 && side != Side.SERVER) {
            text.append(HTTP2);
        }
        if (side == Side.CLIENT) {
            text.append(tls("UpstreamTlsContext"));
        }
        return text.toString();
    }

    private String tls(String context) {
        return TLS.replace("CONTEXT", context).replace("FOLDER", certificates.toString());
    }
}
