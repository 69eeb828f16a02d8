package io.meltemi.testkit.xds;

/// Bootstraps that name a control plane on loopback. Without state.
public final class Bootstraps {
    private Bootstraps() {}

    /// The `ConfigSource` of resources.
    ///
    /// @param dialect `GRPC` or `DELTA_GRPC`
    /// @param way `ads` or `separate`
    static String source(String dialect, String way) {
        return way.equals("ads")
                ? "{ads: {}, resource_api_version: V3, initial_fetch_timeout: 60s}"
                : "{resource_api_version: V3, initial_fetch_timeout: 60s, api_config_source: "
                        + api(dialect)
                        + "}";
    }

    private static String api(String dialect) {
        return "{api_type: "
                + dialect
                + ", transport_api_version: V3,"
                + " grpc_services: [{envoy_grpc: {cluster_name: control}}]}";
    }

    public static String of(String dialect, String way, int port) {
        String ads = way.equals("ads") ? "  ads_config: " + api(dialect) + "\n" : "";
        return "node: {id: oracle, cluster: test}\n"
                + "dynamic_resources:\n"
                + ads
                + "  cds_config: "
                + source(dialect, way)
                + "\n  lds_config: "
                + source(dialect, way)
                + "\n"
                + clusters(port);
    }

    /// The cluster `control` of a control plane that speaks gRPC.
    public static String clusters(int port) {
        return """
        static_resources:
          clusters:
          - name: control
            type: STATIC
            connect_timeout: 1s
            typed_extension_protocol_options:
              envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
                "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
                explicit_http_config: {http2_protocol_options: {}}
            load_assignment:
              cluster_name: control
              endpoints:
              - lb_endpoints:
                - endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: PORT}}}
        """
                .replace("PORT", Integer.toString(port));
    }
}
