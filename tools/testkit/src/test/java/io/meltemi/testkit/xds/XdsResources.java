package io.meltemi.testkit.xds;

import io.meltemi.testkit.YamlResource;
import io.meltemi.xds.snapshot.ResourceType;
import io.meltemi.xds.snapshot.XdsResource;

/// The small configuration that the tests of sources send. Immutable.
///
/// @param source the `ConfigSource` of endpoints and routes, as YAML
record XdsResources(String source) {
    static XdsResource endpoints(String name, int port) {
        return YamlResource.of(
                ResourceType.ENDPOINT,
                name,
                """
                cluster_name: NAME
                endpoints:
                - lb_endpoints:
                  - endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: PORT}}}
                """
                        .replace("NAME", name)
                        .replace("PORT", Integer.toString(port)));
    }

    XdsResource dynamicCluster(String name) {
        return YamlResource.of(
                ResourceType.CLUSTER,
                name,
                """
                name: NAME
                type: EDS
                connect_timeout: 1s
                eds_cluster_config: {eds_config: SOURCE}
                """
                        .replace("NAME", name)
                        .replace("SOURCE", source));
    }

    static XdsResource fixedCluster(String name, int port) {
        return YamlResource.of(ResourceType.CLUSTER, name, fixedYaml(name, port));
    }

    static String fixedYaml(String name, int port) {
        return """
        name: NAME
        type: STATIC
        connect_timeout: 1s
        load_assignment:
          cluster_name: NAME
          endpoints:
          - lb_endpoints:
            - endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: PORT}}}
        """
                .replace("NAME", name)
                .replace("PORT", Integer.toString(port));
    }

    static XdsResource badCluster(String name) {
        return YamlResource.of(
                ResourceType.CLUSTER, name, "{name: " + name + ", lb_policy: CLUSTER_PROVIDED}");
    }

    XdsResource listener(String name) {
        return YamlResource.of(
                ResourceType.LISTENER,
                name,
                """
                name: NAME
                address: {socket_address: {address: 127.0.0.1, port_value: 0}}
                filter_chains:
                - filters:
                  - name: envoy.filters.network.http_connection_manager
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                      stat_prefix: NAME
                      rds: {route_config_name: routes, config_source: SOURCE}
                      http_filters:
                      - name: envoy.filters.http.router
                        typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
                """
                        .replace("NAME", name)
                        .replace("SOURCE", source));
    }

    static XdsResource badListener(String name) {
        return YamlResource.of(
                ResourceType.LISTENER,
                name,
                "{name: "
                        + name
                        + ", address: {socket_address: {address: nowhere, port_value: 0}}}");
    }

    static XdsResource routes(String cluster) {
        return YamlResource.of(
                ResourceType.ROUTE,
                "routes",
                """
                name: routes
                virtual_hosts:
                - name: all
                  domains: ["*"]
                  routes:
                  - {match: {prefix: /}, route: {cluster: TARGET}}
                """
                        .replace("TARGET", cluster));
    }

    /// They want their clusters to be there, and one is not.
    static XdsResource lostRoutes() {
        return YamlResource.of(
                ResourceType.ROUTE,
                "routes",
                """
                name: routes
                validate_clusters: true
                virtual_hosts:
                - name: all
                  domains: ["*"]
                  routes:
                  - {match: {prefix: /}, route: {cluster: nowhere}}
                """);
    }

    static XdsResource badRoutes() {
        return YamlResource.of(
                ResourceType.ROUTE,
                "routes",
                """
                name: routes
                virtual_hosts:
                - name: all
                  domains: ["*"]
                  routes:
                  - {match: {safe_regex: {regex: "["}}, route: {cluster: any}}
                """);
    }
}
