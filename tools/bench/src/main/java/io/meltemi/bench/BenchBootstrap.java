package io.meltemi.bench;

import java.nio.file.Path;

/// What both proxies run: a sidecar's filter chain (an access list that allows all, a fault filter
/// without faults, the router), a JSON access log to a file and one cluster. Thread-safe: without
/// state.
final class BenchBootstrap {
    private static final String TEXT =
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
                          - {match: {prefix: /}, route: {cluster: upstream}}
                      http_filters:
                      - name: envoy.filters.http.rbac
                        typed_config:
                          "@type": type.googleapis.com/envoy.extensions.filters.http.rbac.v3.RBAC
                          rules: {action: ALLOW, policies: {all: {permissions: [{any: true}], principals: [{any: true}]}}}
                      - name: envoy.filters.http.fault
                        typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.fault.v3.HTTPFault}
                      - name: envoy.filters.http.router
                        typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
              clusters:
              - name: upstream
                type: STATIC
                connect_timeout: 1s
                load_assignment:
                  cluster_name: upstream
                  endpoints:
                  - lb_endpoints:
                    - endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: UPSTREAM_PORT}}}
            """;

    private BenchBootstrap() {}

    static String of(int adminPort, int upstreamPort, Path log) {
        return TEXT.replace("ADMIN_PORT", Integer.toString(adminPort))
                .replace("UPSTREAM_PORT", Integer.toString(upstreamPort))
                .replace("LOG_PATH", log.toString());
    }
}
