package io.meltemi.proxy.config.route;

import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.envoyproxy.envoy.config.route.v3.Decorator;
import io.envoyproxy.envoy.config.route.v3.DirectResponseAction;
import io.envoyproxy.envoy.config.route.v3.HedgePolicy;
import io.envoyproxy.envoy.config.route.v3.InternalRedirectPolicy;
import io.envoyproxy.envoy.config.route.v3.RateLimit;
import io.envoyproxy.envoy.config.route.v3.RedirectAction;
import io.envoyproxy.envoy.config.route.v3.RetryPolicy;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.RouteList;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.config.route.v3.Tracing;
import io.envoyproxy.envoy.config.route.v3.Vhds;
import io.envoyproxy.envoy.config.route.v3.VirtualCluster;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.config.route.v3.WeightedCluster;
import io.meltemi.proxy.config.check.SourceFields;
import io.meltemi.proxy.config.check.SupportedFields;
import io.meltemi.proxy.config.match.MatchFields;

/// The fields of a RouteConfiguration that are obeyed.
public final class RouteFields {
    private static final String MUTATIONS =
            " request_headers_to_add request_headers_to_remove response_headers_to_add"
                    + " response_headers_to_remove typed_per_filter_config";

    private static final SupportedFields FIELDS =
            SupportedFields.builder()
                    .include(MatchFields.FIELDS)
                    .include(SourceFields.FIELDS)
                    .supports(
                            RouteConfiguration.getDescriptor(),
                            "name virtual_hosts vhds internal_only_headers"
                                    + " most_specific_header_mutations_wins validate_clusters"
                                    + " max_direct_response_body_size_bytes"
                                    + " request_mirror_policies ignore_port_in_host_matching"
                                    + " ignore_path_parameters_in_path_matching metadata"
                                    + MUTATIONS)
                    .supports(Vhds.getDescriptor(), "config_source")
                    .supports(
                            VirtualHost.getDescriptor(),
                            "name domains routes matcher require_tls rate_limits hedge_policy"
                                    + " per_request_buffer_limit_bytes"
                                    + " include_is_timeout_retry_header"
                                    + " include_request_attempt_count"
                                    + " include_attempt_count_in_response retry_policy"
                                    + " request_mirror_policies metadata virtual_clusters"
                                    + MUTATIONS)
                    .supports(
                            Route.getDescriptor(),
                            "name match route redirect direct_response non_forwarding_action"
                                    + " metadata decorator tracing per_request_buffer_limit_bytes"
                                    + " stat_prefix"
                                    + MUTATIONS)
                    .supports(
                            RouteMatch.getDescriptor(),
                            "prefix path safe_regex path_separated_prefix case_sensitive"
                                    + " runtime_fraction headers query_parameters grpc"
                                    + " dynamic_metadata tls_context filter_state"
                                    + " path_match_policy connect_matcher")
                    .supports(
                            RouteMatch.TlsContextMatchOptions.getDescriptor(),
                            "presented validated")
                    .supports(
                            RouteAction.getDescriptor(),
                            "cluster cluster_header weighted_clusters"
                                    + " cluster_not_found_response_code metadata_match"
                                    + " prefix_rewrite regex_rewrite host_rewrite_literal"
                                    + " auto_host_rewrite host_rewrite_header"
                                    + " host_rewrite_path_regex append_x_forwarded_host timeout"
                                    + " idle_timeout retry_policy request_mirror_policies priority"
                                    + " rate_limits include_vh_rate_limits hash_policy"
                                    + " max_grpc_timeout grpc_timeout_offset upgrade_configs"
                                    + " max_stream_duration path_rewrite_policy hedge_policy"
                                    + " internal_redirect_policy internal_redirect_action"
                                    + " max_internal_redirects")
                    .supports(HedgePolicy.getDescriptor(), "hedge_on_per_try_timeout")
                    // Envoy has not made them work.
                    .ignores(
                            HedgePolicy.getDescriptor(),
                            "initial_requests additional_request_chance")
                    .supports(
                            InternalRedirectPolicy.getDescriptor(),
                            "max_internal_redirects redirect_response_codes predicates"
                                    + " allow_cross_scheme_redirect response_headers_to_copy")
                    // HTTP/3 only
                    .ignores(RouteAction.getDescriptor(), "early_data_policy")
                    .supports(
                            RouteAction.RequestMirrorPolicy.getDescriptor(),
                            "cluster cluster_header runtime_fraction"
                                    + " disable_shadow_host_suffix_append")
                    .ignores(RouteAction.RequestMirrorPolicy.getDescriptor(), "trace_sampled")
                    .supports(
                            RouteAction.HashPolicy.getDescriptor(),
                            "header cookie connection_properties query_parameter filter_state"
                                    + " terminal")
                    .supports(
                            RouteAction.HashPolicy.Header.getDescriptor(),
                            "header_name regex_rewrite")
                    .supports(
                            RouteAction.HashPolicy.Cookie.getDescriptor(),
                            "name ttl path attributes")
                    .supports(
                            RouteAction.HashPolicy.ConnectionProperties.getDescriptor(),
                            "source_ip")
                    .supports(RouteAction.HashPolicy.QueryParameter.getDescriptor(), "name")
                    .supports(RouteAction.HashPolicy.FilterState.getDescriptor(), "key")
                    .supports(RouteAction.HashPolicy.CookieAttribute.getDescriptor(), "name value")
                    .supports(
                            RouteAction.UpgradeConfig.getDescriptor(),
                            "upgrade_type enabled connect_config")
                    .supports(RouteAction.UpgradeConfig.ConnectConfig.getDescriptor(), "allow_post")
                    .supports(
                            RouteAction.MaxStreamDuration.getDescriptor(),
                            "max_stream_duration grpc_timeout_header_max"
                                    + " grpc_timeout_header_offset")
                    .supports(WeightedCluster.getDescriptor(), "clusters header_name")
                    // Envoy adds the weights up; runtime keys have no layers here.
                    .ignores(WeightedCluster.getDescriptor(), "total_weight runtime_key_prefix")
                    .supports(
                            WeightedCluster.ClusterWeight.getDescriptor(),
                            "name cluster_header weight metadata_match host_rewrite_literal"
                                    + MUTATIONS)
                    .supports(
                            RetryPolicy.getDescriptor(),
                            "retry_on num_retries per_try_timeout per_try_idle_timeout"
                                    + " rate_limited_retry_back_off retry_priority"
                                    + " retry_host_predicate host_selection_retry_max_attempts"
                                    + " retriable_status_codes retry_back_off retriable_headers"
                                    + " retriable_request_headers")
                    .supports(
                            RedirectAction.getDescriptor(),
                            "https_redirect scheme_redirect host_redirect port_redirect"
                                    + " path_redirect prefix_rewrite regex_rewrite response_code"
                                    + " strip_query")
                    .supports(DirectResponseAction.getDescriptor(), "status body")
                    .supports(DataSource.getDescriptor(), "inline_bytes inline_string filename")
                    .supports(Decorator.getDescriptor(), "operation propagate")
                    .supports(
                            Tracing.getDescriptor(),
                            "client_sampling random_sampling overall_sampling custom_tags")
                    .supports(Metadata.getDescriptor(), "filter_metadata")
                    .ignores(Metadata.getDescriptor(), "typed_filter_metadata")
                    .supports(RetryPolicy.RetryPriority.getDescriptor(), "name typed_config")
                    .supports(RetryPolicy.RetryHostPredicate.getDescriptor(), "name typed_config")
                    .supports(
                            RetryPolicy.RetryBackOff.getDescriptor(), "base_interval max_interval")
                    .supports(RetryPolicy.ResetHeader.getDescriptor(), "name format")
                    .supports(
                            RetryPolicy.RateLimitedRetryBackOff.getDescriptor(),
                            "reset_headers max_interval")
                    .supports(RateLimit.getDescriptor(), "stage disable_key actions")
                    .supports(
                            RateLimit.Action.getDescriptor(),
                            "source_cluster destination_cluster request_headers query_parameters"
                                    + " remote_address generic_key header_value_match"
                                    + " metadata masked_remote_address"
                                    + " query_parameter_value_match")
                    .supports(
                            RateLimit.Action.RequestHeaders.getDescriptor(),
                            "header_name descriptor_key skip_if_absent")
                    .supports(
                            RateLimit.Action.QueryParameters.getDescriptor(),
                            "query_parameter_name descriptor_key skip_if_absent")
                    .supports(
                            RateLimit.Action.MaskedRemoteAddress.getDescriptor(),
                            "v4_prefix_mask_len v6_prefix_mask_len")
                    .supports(
                            RateLimit.Action.GenericKey.getDescriptor(),
                            "descriptor_value descriptor_key")
                    .supports(
                            RateLimit.Action.HeaderValueMatch.getDescriptor(),
                            "descriptor_key descriptor_value expect_match headers")
                    .supports(
                            RateLimit.Action.MetaData.getDescriptor(),
                            "descriptor_key metadata_key default_value source skip_if_absent")
                    .supports(
                            RateLimit.Action.QueryParameterValueMatch.getDescriptor(),
                            "descriptor_key descriptor_value expect_match query_parameters")
                    .supports(RouteList.getDescriptor(), "routes")
                    .supports(VirtualCluster.getDescriptor(), "headers name")
                    .build();

    private RouteFields() {}

    /// For filters that take parts of a route (`rate_limits`, `match`).
    public static SupportedFields fields() {
        return FIELDS;
    }
}
