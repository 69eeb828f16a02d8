package io.meltemi.testkit.differential;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The bootstrap around the part that a case is about: one HTTP listener `web`, a cluster
/// `upstream` and a cluster `closed` that refuses connections. Thread-safe: without state.
final class StandardBootstrap {
    private static final String TEXT =
            """
            node: {id: differential, cluster: test}
            static_resources:
              listeners:
              - name: web
                address: {socket_address: {address: 127.0.0.1, port_value: 0}}
            LISTENER
                filter_chains:
                - filters:
                  - name: envoy.filters.network.http_connection_manager
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                      stat_prefix: web
            CONNECTION_MANAGER
                      access_log:
                      - name: envoy.access_loggers.file
                        typed_config:
                          "@type": type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog
                          path: "LOG_PATH"
                          log_format:
                            text_format_source:
                              inline_string: "%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %RESPONSE_CODE% %RESPONSE_FLAGS% %RESPONSE_CODE_DETAILS% %UPSTREAM_CLUSTER% %BYTES_RECEIVED% %BYTES_SENT% %METADATA(ROUTE:case:about)%\\n"
            MORE_LOGS
                      route_config: {name: routes, virtual_hosts: VIRTUAL_HOSTSROUTE_CONFIG}
                      http_filters: HTTP_FILTERS
            """;

    /// Left out where the connection manager has scopes instead.
    private static final String ROUTES =
            "          route_config: {name: routes, virtual_hosts: VIRTUAL_HOSTSROUTE_CONFIG}\n";

    private static final String CLUSTERS =
            """
              clusters:
              - name: upstream
                type: STATIC
                connect_timeout: 1s
                load_assignment:
                  cluster_name: upstream
                  endpoints:
                  - lb_endpoints:
                    - endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: "UPSTREAM_PORT"}}}
              - name: closed
                type: STATIC
                connect_timeout: 1s
                load_assignment:
                  cluster_name: closed
                  endpoints:
                  - lb_endpoints:
                    - endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: "CLOSED_PORT"}}}
            """;

    private static final List<Object> ROUTER =
            List.of(
                    Map.of(
                            "name",
                            "envoy.filters.http.router",
                            "typed_config",
                            Map.of(
                                    "@type",
                                    "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router")));

    private StandardBootstrap() {}

    static String of(
            List<Object> virtualHosts,
            List<Object> httpFilters,
            List<Object> clusters,
            Map<String, Object> manager,
            Map<String, Object> listener) {
        return of(virtualHosts, httpFilters, clusters, manager, listener, Map.of());
    }

    /// @param httpFilters none: the router alone
    /// @param manager more fields of the connection manager; its access logs come behind the usual
    ///   one
    /// @param listener more fields of the listener
    /// @param routes more fields of the RouteConfiguration
    static String of(
            List<Object> virtualHosts,
            List<Object> httpFilters,
            List<Object> clusters,
            Map<String, Object> manager,
            Map<String, Object> listener,
            Map<String, Object> routes) {
        String route =
                routes.entrySet().stream()
                        .map(e -> ", " + e.getKey() + ": " + json(e.getValue()))
                        .collect(Collectors.joining());
        String text = manager.containsKey("scoped_routes") ? TEXT.replace(ROUTES, "") : TEXT;
        return text.replace("ROUTE_CONFIG", route)
                        .replace("VIRTUAL_HOSTS", json(virtualHosts))
                        .replace("HTTP_FILTERS", json(httpFilters.isEmpty() ? ROUTER : httpFilters))
                        .replace("LISTENER\n", fields(4, listener))
                        .replace("CONNECTION_MANAGER\n", fields(10, withoutLogs(manager)))
                        .replace("MORE_LOGS\n", logs(manager))
                + CLUSTERS
                + items(clusters);
    }

    /// Only the clusters are given.
    static String ofListeners(
            List<Object> listeners,
            List<Object> clusters,
            List<Object> secrets,
            Map<String, Object> runtime) {
        return "node: {id: differential, cluster: test}\nlayered_runtime: {layers: [{name: case,"
                + " static_layer: "
                + json(runtime)
                + "}]}\nstatic_resources:\n  secrets: "
                + json(secrets)
                + "\n  listeners:\n"
                + items(listeners)
                + CLUSTERS
                + items(clusters);
    }

    private static String items(List<Object> nodes) {
        return nodes.stream().map(node -> "  - " + json(node) + "\n").collect(Collectors.joining());
    }

    private static Map<String, Object> withoutLogs(Map<String, Object> manager) {
        Map<String, Object> rest = new LinkedHashMap<>(manager);
        rest.remove("access_log");
        return rest;
    }

    private static String logs(Map<String, Object> manager) {
        return manager.get("access_log") instanceof List<?> logs
                ? logs.stream()
                        .map(log -> " ".repeat(10) + "- " + json(log) + "\n")
                        .collect(Collectors.joining())
                : "";
    }

    private static String fields(int indent, Map<String, Object> fields) {
        return fields.entrySet().stream()
                .map(e -> " ".repeat(indent) + e.getKey() + ": " + json(e.getValue()) + "\n")
                .collect(Collectors.joining());
    }

    /// JSON is YAML that does not care where it stands.
    static String json(@Nullable Object node) {
        return switch (node) {
            case Map<?, ?> map ->
                    map.entrySet().stream()
                            .map(e ->
                                    quoted(String.valueOf(e.getKey())) + ": " + json(e.getValue()))
                            .collect(Collectors.joining(", ", "{", "}"));
            case List<?> list ->
                    list.stream()
                            .map(StandardBootstrap::json)
                            .collect(Collectors.joining(", ", "[", "]"));
            case Number number -> number.toString();
            case Boolean flag -> flag.toString();
            case null -> "null";
            default -> quoted(node.toString());
        };
    }

    private static String quoted(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + "\"";
    }
}
