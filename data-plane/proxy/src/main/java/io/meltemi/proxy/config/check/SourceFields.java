package io.meltemi.proxy.config.check;

import io.envoyproxy.envoy.config.core.v3.AggregatedConfigSource;
import io.envoyproxy.envoy.config.core.v3.ApiConfigSource;
import io.envoyproxy.envoy.config.core.v3.ConfigSource;
import io.envoyproxy.envoy.config.core.v3.GrpcService;
import io.envoyproxy.envoy.config.core.v3.PathConfigSource;
import io.envoyproxy.envoy.config.core.v3.WatchedDirectory;

/// The fields that are obeyed of where configuration comes from. Immutable.
public final class SourceFields {
    public static final SupportedFields FIELDS =
            SupportedFields.builder()
                    .supports(
                            ConfigSource.getDescriptor(),
                            "ads api_config_source path path_config_source"
                                    + " resource_api_version initial_fetch_timeout")
                    .supports(PathConfigSource.getDescriptor(), "path watched_directory")
                    .supports(WatchedDirectory.getDescriptor(), "path")
                    .supports(AggregatedConfigSource.getDescriptor(), "")
                    .supports(
                            ApiConfigSource.getDescriptor(),
                            "api_type transport_api_version grpc_services"
                                    + " set_node_on_first_message_only rate_limit_settings")
                    .supports(GrpcService.getDescriptor(), "envoy_grpc timeout initial_metadata")
                    .supports(
                            GrpcService.EnvoyGrpc.getDescriptor(),
                            "cluster_name authority max_receive_message_length")
                    .build();

    private SourceFields() {}
}
