package io.meltemi.proxy.observe.stats;

import io.meltemi.proxy.observe.stats.TagExtraction.Rule;
import java.util.List;

/// The tags every Envoy finds without being told (well_known_names.cc). Immutable.
final class DefaultTags {
    /// Several tags may be found in one name; the first rule for a tag wins.
    static final List<Rule> RULES =
            List.of(
                    rule(
                            "envoy.response_code",
                            "^(?:cluster|vhost|http|listener)\\..*_rq(_(\\d{3}))$"),
                    rule("envoy.response_code_class", "_rq_(\\d)xx$"),
                    rule("envoy.cluster_name", "^cluster\\.(([^.]+)\\.)"),
                    rule("envoy.virtual_cluster", "^vhost\\.[^.]+\\.vcluster\\.(([^.]+)\\.)"),
                    rule("envoy.route", "^vhost\\.[^.]+\\.route\\.(([^.]+)\\.)"),
                    rule("envoy.virtual_host", "^vhost\\.(([^.]+)\\.)"),
                    rule("envoy.http_conn_manager_prefix", "^http\\.(([^.]+)\\.)"),
                    rule("envoy.http_conn_manager_prefix", "^listener\\..*?\\.http\\.(([^.]+)\\.)"),
                    rule("envoy.worker_id", "^listener\\..*?\\.worker_((\\d+)\\.)"),
                    rule(
                            "envoy.worker_id",
                            "^(?:listener_manager|thread_local_cluster_manager|server)\\.worker_((\\d+)\\.)"),
                    rule(
                            "envoy.listener_address",
                            "^listener\\.(((?:\\[[_.:a-fA-F\\d]+\\]|[_.\\d]+)_\\d+)\\.)"),
                    rule("envoy.ssl_cipher", "^listener\\..*ssl\\.ciphers(\\.(.*?))$"),
                    rule("envoy.ssl_version", "^listener\\..*ssl\\.versions(\\.(.*?))$"),
                    rule("envoy.ssl_curve", "^listener\\..*ssl\\.curves(\\.(.*?))$"),
                    rule(
                            "envoy.ssl_cipher_suite",
                            "^cluster\\..*?\\.ssl\\.ciphers(\\.([0-9A-Za-z_-]+))$"),
                    rule("envoy.grpc_bridge_service", "^cluster\\..*?\\.grpc\\.(([^.]+)\\.)"),
                    rule("envoy.tcp_prefix", "^tcp\\.(([^.]+)\\.)"),
                    rule(
                            "envoy.local_http_ratelimit_prefix",
                            "^(([^.]+)\\.)http_local_rate_limit\\."),
                    rule(
                            "envoy.local_network_ratelimit_prefix",
                            "^local_rate_limit\\.(([^.]+)\\.)"),
                    rule("envoy.rbac_prefix", "^(([^.]+)\\.)rbac\\."),
                    rule("envoy.rbac_http_hcm_prefix", "^http\\.(([^.]+)\\.)rbac\\."),
                    rule(
                            "envoy.ext_authz_prefix",
                            "^(?:cluster|http)\\.[^.]+\\.ext_authz\\.((.*?)\\.)"),
                    rule("envoy.google_grpc_client_prefix", "^grpc\\.(([^.]+)\\.)"),
                    rule("envoy.clientssl_prefix", "^auth\\.clientssl\\.(([^.]+)\\.)"),
                    rule("envoy.xds_resource_name", "^(?:xds)\\.(([^.]+)\\.)"));

    private DefaultTags() {}

    private static Rule rule(String tag, String regex) {
        return TagExtraction.rule(tag, regex);
    }
}
