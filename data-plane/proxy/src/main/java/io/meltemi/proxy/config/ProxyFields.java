package io.meltemi.proxy.config;

import io.envoyproxy.envoy.config.bootstrap.v3.Admin;
import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.envoyproxy.envoy.config.bootstrap.v3.ClusterManager;
import io.envoyproxy.envoy.config.bootstrap.v3.LayeredRuntime;
import io.envoyproxy.envoy.config.bootstrap.v3.RuntimeLayer;
import io.envoyproxy.envoy.config.cluster.v3.CircuitBreakers;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.cluster.v3.UpstreamConnectionOptions;
import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.BindConfig;
import io.envoyproxy.envoy.config.core.v3.ExtensionConfigSource;
import io.envoyproxy.envoy.config.core.v3.Http1ProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.Http2ProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.HttpProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.KeepaliveSettings;
import io.envoyproxy.envoy.config.core.v3.SchemeHeaderTransformation;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.config.core.v3.SocketOption;
import io.envoyproxy.envoy.config.core.v3.SocketOptionsOverride;
import io.envoyproxy.envoy.config.core.v3.TransportSocket;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.config.core.v3.UpstreamHttpProtocolOptions;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.Endpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import io.envoyproxy.envoy.config.listener.v3.AdditionalAddress;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.FilterChainMatch;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.listener.v3.ListenerFilter;
import io.envoyproxy.envoy.extensions.filters.http.router.v3.Router;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.LocalReplyConfig;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.Rds;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.ResponseMapper;
import io.envoyproxy.envoy.extensions.http.header_formatters.preserve_case.v3.PreserveCaseFormatterConfig;
import io.envoyproxy.envoy.extensions.http.original_ip_detection.custom_header.v3.CustomHeaderConfig;
import io.envoyproxy.envoy.extensions.http.original_ip_detection.xff.v3.XffConfig;
import io.meltemi.proxy.config.check.SourceFields;
import io.meltemi.proxy.config.check.SupportedFields;
import io.meltemi.proxy.config.route.ScopeKeyCompiler;
import io.meltemi.proxy.overload.OverloadCompiler;

/// The fields this proxy obeys in the messages compiled by this package, and those that have no
/// effect on what happens to a request here. Immutable.
public final class ProxyFields {
    private static final SupportedFields ALL = build();

    private ProxyFields() {}

    public static SupportedFields all() {
        return ALL;
    }

    private static SupportedFields build() {
        SupportedFields.Builder fields = SupportedFields.builder();
        bootstrap(fields);
        sources(fields);
        listener(fields);
        TcpProxyCompiler.addFields(fields);
        http(fields);
        cluster(fields);
        LbFields.add(fields);
        OutlierCompiler.addFields(fields);
        HealthCheckCompiler.addFields(fields);
        endpoints(fields);
        OverloadCompiler.addFields(fields);
        return fields.build();
    }

    private static void bootstrap(SupportedFields.Builder fields) {
        fields.supports(
                        Bootstrap.getDescriptor(),
                        "node static_resources dynamic_resources admin cluster_manager"
                                + " stats_config layered_runtime overload_manager hds_config"
                                + " typed_dns_resolver_config")
                .supports(LayeredRuntime.getDescriptor(), "layers")
                .supports(RuntimeLayer.getDescriptor(), "name static_layer admin_layer rtds_layer")
                .supports(RuntimeLayer.RtdsLayer.getDescriptor(), "name rtds_config")
                // Tuning of Envoy's own machinery, which has no counterpart here.
                .ignores(
                        Bootstrap.getDescriptor(),
                        "watchdogs stats_flush_interval"
                                + " stats_flush_on_admin"
                                + " deferred_stat_options default_socket_interface"
                                + " bootstrap_extensions header_prefix"
                                + " application_log_config"
                                + " memory_allocator_manager flags_path")
                .supports(Bootstrap.StaticResources.getDescriptor(), "listeners clusters secrets")
                .supports(
                        Bootstrap.DynamicResources.getDescriptor(),
                        "lds_config cds_config ads_config")
                .supports(Admin.getDescriptor(), "address access_log")
                .ignores(
                        Admin.getDescriptor(),
                        "access_log_path profile_path ignore_global_conn_limit socket_options")
                .supports(
                        ClusterManager.getDescriptor(),
                        "upstream_bind_config local_cluster_name load_stats_config"
                                + " outlier_detection")
                .supports(ClusterManager.OutlierDetection.getDescriptor(), "event_log_path");
    }

    private static void sources(SupportedFields.Builder fields) {
        fields.include(SourceFields.FIELDS)
                .supports(Address.getDescriptor(), "socket_address pipe")
                .supports(SocketAddress.getDescriptor(), "protocol address port_value ipv4_compat")
                .supports(BindConfig.getDescriptor(), "source_address freebind socket_options")
                .supports(TransportSocket.getDescriptor(), "name typed_config");
    }

    private static void listener(SupportedFields.Builder fields) {
        fields.supports(
                        Listener.getDescriptor(),
                        "name address additional_addresses filter_chains default_filter_chain"
                                + " filter_chain_matcher"
                                + " use_original_dst listener_filters listener_filters_timeout"
                                + " continue_on_listener_filters_timeout bind_to_port access_log"
                                + " tcp_backlog_size stat_prefix deprecated_v1"
                                + " per_connection_buffer_limit_bytes drain_type transparent"
                                + " freebind socket_options tcp_fast_open_queue_length"
                                + " ignore_global_conn_limit bypass_overload_manager"
                                // Refused by value.
                                + " enable_mptcp")
                // Which thread accepts, and how many at once.
                .ignores(
                        Listener.getDescriptor(),
                        "traffic_direction metadata enable_reuse_port reuse_port"
                                + " connection_balance_config"
                                + " max_connections_to_accept_per_socket_event")
                .supports(AdditionalAddress.getDescriptor(), "address socket_options")
                .supports(SocketOptionsOverride.getDescriptor(), "socket_options")
                .supports(
                        SocketOption.getDescriptor(),
                        "description level name int_value buf_value state type")
                .supports(Listener.DeprecatedV1.getDescriptor(), "bind_to_port")
                .supports(ListenerFilter.getDescriptor(), "name typed_config filter_disabled")
                .supports(
                        FilterChain.getDescriptor(),
                        "filter_chain_match filters transport_socket name"
                                + " transport_socket_connect_timeout")
                .ignores(FilterChain.getDescriptor(), "metadata")
                .supports(
                        FilterChainMatch.getDescriptor(),
                        "destination_port prefix_ranges direct_source_prefix_ranges source_type"
                                + " source_prefix_ranges source_ports server_names"
                                + " transport_protocol application_protocols")
                .supports(Filter.getDescriptor(), "name typed_config");
    }

    private static void http(SupportedFields.Builder fields) {
        fields.supports(
                        HttpConnectionManager.getDescriptor(),
                        "codec_type stat_prefix rds route_config scoped_routes http_filters tracing"
                                + " common_http_protocol_options http_protocol_options"
                                + " http2_protocol_options server_name"
                                + " server_header_transformation scheme_header_transformation"
                                + " max_request_headers_kb stream_idle_timeout request_timeout"
                                + " request_headers_timeout drain_timeout delayed_close_timeout"
                                + " access_log use_remote_address xff_num_trusted_hops"
                                + " skip_xff_append via generate_request_id"
                                + " preserve_external_request_id"
                                + " always_set_request_id_in_response"
                                + " forward_client_cert_details set_current_client_cert_details"
                                + " upgrade_configs normalize_path merge_slashes"
                                + " path_with_escaped_slashes_action request_id_extension"
                                + " strip_matching_host_port strip_any_host_port"
                                + " internal_address_config proxy_100_continue"
                                + " append_x_forwarded_port http1_safe_max_connection_duration"
                                + " stream_error_on_invalid_http_message add_user_agent"
                                + " local_reply_config strip_trailing_host_dot"
                                + " original_ip_detection_extensions"
                                + " proxy_status_config access_log_options"
                                + " flush_access_log_on_new_request access_log_flush_interval")
                .supports(
                        HttpConnectionManager.HcmAccessLogOptions.getDescriptor(),
                        "access_log_flush_interval flush_access_log_on_new_request"
                                + " flush_log_on_tunnel_successfully_established")
                // No connection of this proxy speaks HTTP/3.
                .ignores(HttpConnectionManager.getDescriptor(), "http3_protocol_options")
                .supports(LocalReplyConfig.getDescriptor(), "mappers body_format")
                .supports(
                        ResponseMapper.getDescriptor(),
                        "filter status_code body body_format_override headers_to_add")
                .supports(
                        XffConfig.getDescriptor(),
                        "xff_num_trusted_hops xff_trusted_cidrs skip_xff_append")
                .supports(
                        HttpConnectionManager.ProxyStatusConfig.getDescriptor(),
                        "remove_details remove_connection_termination_details"
                                + " remove_response_flags set_recommended_response_code"
                                + " use_node_id literal_proxy_name")
                .supports(
                        CustomHeaderConfig.getDescriptor(),
                        "header_name allow_extension_to_set_address_as_trusted reject_with_status")
                .supports(SchemeHeaderTransformation.getDescriptor(), "scheme_to_overwrite")
                .supports(
                        HttpConnectionManager.SetCurrentClientCertDetails.getDescriptor(),
                        "subject cert chain dns uri")
                .supports(
                        HttpConnectionManager.UpgradeConfig.getDescriptor(), "upgrade_type enabled")
                .supports(
                        HttpConnectionManager.InternalAddressConfig.getDescriptor(),
                        "unix_sockets cidr_ranges")
                .supports(
                        HttpFilter.getDescriptor(),
                        "name typed_config config_discovery is_optional disabled")
                .supports(
                        ExtensionConfigSource.getDescriptor(),
                        "config_source default_config apply_default_config_without_warming"
                                + " type_urls")
                .supports(TypedExtensionConfig.getDescriptor(), "name typed_config")
                .supports(Rds.getDescriptor(), "config_source route_config_name")
                .include(ScopeKeyCompiler.BUILDER_FIELDS)
                .supports(
                        Router.getDescriptor(),
                        "suppress_envoy_headers start_child_span dynamic_stats")
                .supports(
                        HttpProtocolOptions.getDescriptor(),
                        "idle_timeout max_connection_duration max_headers_count"
                                + " max_requests_per_connection max_stream_duration"
                                + " headers_with_underscores_action max_response_headers_kb")
                .supports(
                        Http1ProtocolOptions.getDescriptor(),
                        "enable_trailers allow_absolute_url accept_http_10"
                                + " default_host_for_http_10 header_key_format"
                                + " allow_chunked_length send_fully_qualified_url"
                                + " allow_custom_methods ignore_http_11_upgrade"
                                + " override_stream_error_on_invalid_http_message")
                .supports(
                        Http1ProtocolOptions.HeaderKeyFormat.getDescriptor(),
                        "proper_case_words stateful_formatter")
                .supports(
                        PreserveCaseFormatterConfig.getDescriptor(),
                        "forward_reason_phrase formatter_type_on_envoy_headers")
                // Which of Envoy's parsers.
                .ignores(Http1ProtocolOptions.getDescriptor(), "use_balsa_parser")
                .supports(
                        Http2ProtocolOptions.getDescriptor(),
                        "max_concurrent_streams initial_stream_window_size"
                                + " initial_connection_window_size hpack_table_size"
                                + " connection_keepalive allow_connect")
                .supports(
                        Http2ProtocolOptions.getDescriptor(),
                        "max_outbound_frames max_outbound_control_frames"
                                + " max_consecutive_inbound_frames_with_empty_payload"
                                + " max_inbound_priority_frames_per_stream"
                                + " max_inbound_window_update_frames_per_data_frame_sent"
                                + " override_stream_error_on_invalid_http_message")
                // Which of Envoy's codecs.
                .ignores(Http2ProtocolOptions.getDescriptor(), "use_oghttp2_codec")
                .supports(KeepaliveSettings.getDescriptor(), "interval timeout");
    }

    private static void cluster(SupportedFields.Builder fields) {
        fields.supports(
                        Cluster.getDescriptor(),
                        "name alt_stat_name type cluster_type eds_cluster_config connect_timeout lb_policy"
                                + " load_assignment circuit_breakers http2_protocol_options"
                                + " typed_extension_protocol_options outlier_detection"
                                + " upstream_bind_config original_dst_lb_config common_lb_config"
                                + " transport_socket transport_socket_matches metadata"
                                + " upstream_connection_options least_request_lb_config"
                                + " round_robin_lb_config ring_hash_lb_config maglev_lb_config"
                                + " lb_subset_config load_balancing_policy dns_refresh_rate"
                                + " dns_lookup_family respect_dns_ttl dns_jitter dns_failure_refresh_rate"
                                + " typed_dns_resolver_config common_http_protocol_options"
                                + " http_protocol_options max_requests_per_connection health_checks"
                                + " close_connections_on_host_health_failure filters"
                                + " ignore_health_on_host_removal"
                                + " upstream_http_protocol_options preconnect_policy")
                .supports(
                        io.envoyproxy.envoy.config.cluster.v3.Filter.getDescriptor(),
                        "name typed_config")
                .supports(
                        UpstreamHttpProtocolOptions.getDescriptor(),
                        "auto_sni auto_san_validation override_auto_sni_header")
                // Buffers, order of start and statistics of Envoy's own.
                .ignores(
                        Cluster.getDescriptor(),
                        "cleanup_interval per_connection_buffer_limit_bytes"
                                + " wait_for_warm_on_init track_cluster_stats")
                .supports(Cluster.RefreshRate.getDescriptor(), "base_interval max_interval")
                .supports(Cluster.CustomClusterType.getDescriptor(), "name typed_config")
                .supports(
                        io.envoyproxy.envoy.extensions.clusters.aggregate.v3.ClusterConfig
                                .getDescriptor(),
                        "clusters")
                .supports(Cluster.EdsClusterConfig.getDescriptor(), "eds_config service_name")
                .supports(
                        Cluster.OriginalDstLbConfig.getDescriptor(),
                        "use_http_header http_header_name upstream_port_override")
                .supports(
                        Cluster.TransportSocketMatch.getDescriptor(), "name match transport_socket")
                .supports(Cluster.PreconnectPolicy.getDescriptor(), "per_upstream_preconnect_ratio")
                .supports(CircuitBreakers.getDescriptor(), "thresholds per_host_thresholds")
                .supports(
                        CircuitBreakers.Thresholds.getDescriptor(),
                        "priority max_connections max_pending_requests max_requests max_retries"
                                + " retry_budget track_remaining")
                .supports(
                        CircuitBreakers.Thresholds.RetryBudget.getDescriptor(),
                        "budget_percent min_retry_concurrency")
                .supports(
                        UpstreamConnectionOptions.getDescriptor(),
                        "tcp_keepalive happy_eyeballs_config")
                .supports(
                        UpstreamConnectionOptions.HappyEyeballsConfig.getDescriptor(),
                        "first_address_family_version first_address_family_count")
                .ignores(
                        UpstreamConnectionOptions.getDescriptor(),
                        "set_local_interface_name_on_upstream_connections")
                .supports(
                        io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions
                                .getDescriptor(),
                        "common_http_protocol_options explicit_http_config"
                                + " use_downstream_protocol_config auto_config"
                                + " upstream_http_protocol_options");
    }

    private static void endpoints(SupportedFields.Builder fields) {
        fields.supports(ClusterLoadAssignment.getDescriptor(), "cluster_name endpoints policy")
                .supports(
                        ClusterLoadAssignment.Policy.getDescriptor(),
                        "overprovisioning_factor weighted_priority_health drop_overloads")
                .supports(
                        ClusterLoadAssignment.Policy.DropOverload.getDescriptor(),
                        "category drop_percentage")
                .supports(
                        LocalityLbEndpoints.getDescriptor(),
                        "locality lb_endpoints load_balancing_weight priority")
                .ignores(LocalityLbEndpoints.getDescriptor(), "proximity metadata")
                .supports(
                        LbEndpoint.getDescriptor(),
                        "endpoint health_status metadata load_balancing_weight")
                .supports(
                        Endpoint.getDescriptor(),
                        "address hostname health_check_config additional_addresses")
                .supports(Endpoint.AdditionalAddress.getDescriptor(), "address")
                .supports(
                        Endpoint.HealthCheckConfig.getDescriptor(),
                        "port_value hostname address disable_active_health_check");
    }
}
