package io.meltemi.proxy.config;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.TypeRegistry;
import com.google.protobuf.util.JsonFormat;
import io.envoyproxy.envoy.config.core.v3.PerHostConfig;
import io.envoyproxy.envoy.config.overload.v3.ScaleTimersOverloadActionConfig;
import io.envoyproxy.envoy.config.trace.v3.OpenTelemetryConfig;
import io.envoyproxy.envoy.config.trace.v3.ZipkinConfig;
import io.envoyproxy.envoy.extensions.access_loggers.file.v3.FileAccessLog;
import io.envoyproxy.envoy.extensions.access_loggers.grpc.v3.HttpGrpcAccessLogConfig;
import io.envoyproxy.envoy.extensions.access_loggers.grpc.v3.TcpGrpcAccessLogConfig;
import io.envoyproxy.envoy.extensions.access_loggers.open_telemetry.v3.OpenTelemetryAccessLogConfig;
import io.envoyproxy.envoy.extensions.access_loggers.stream.v3.StderrAccessLog;
import io.envoyproxy.envoy.extensions.access_loggers.stream.v3.StdoutAccessLog;
import io.envoyproxy.envoy.extensions.clusters.dns.v3.DnsCluster;
import io.envoyproxy.envoy.extensions.filters.http.buffer.v3.Buffer;
import io.envoyproxy.envoy.extensions.filters.http.buffer.v3.BufferPerRoute;
import io.envoyproxy.envoy.extensions.filters.http.compressor.v3.Compressor;
import io.envoyproxy.envoy.extensions.filters.http.compressor.v3.CompressorPerRoute;
import io.envoyproxy.envoy.extensions.filters.http.cors.v3.Cors;
import io.envoyproxy.envoy.extensions.filters.http.cors.v3.CorsPolicy;
import io.envoyproxy.envoy.extensions.filters.http.csrf.v3.CsrfPolicy;
import io.envoyproxy.envoy.extensions.filters.http.decompressor.v3.Decompressor;
import io.envoyproxy.envoy.extensions.filters.http.ext_authz.v3.ExtAuthz;
import io.envoyproxy.envoy.extensions.filters.http.ext_authz.v3.ExtAuthzPerRoute;
import io.envoyproxy.envoy.extensions.filters.http.fault.v3.HTTPFault;
import io.envoyproxy.envoy.extensions.filters.http.grpc_web.v3.GrpcWeb;
import io.envoyproxy.envoy.extensions.filters.http.header_mutation.v3.HeaderMutation;
import io.envoyproxy.envoy.extensions.filters.http.header_mutation.v3.HeaderMutationPerRoute;
import io.envoyproxy.envoy.extensions.filters.http.health_check.v3.HealthCheck;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.PerRouteConfig;
import io.envoyproxy.envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit;
import io.envoyproxy.envoy.extensions.filters.http.ratelimit.v3.RateLimit;
import io.envoyproxy.envoy.extensions.filters.http.ratelimit.v3.RateLimitPerRoute;
import io.envoyproxy.envoy.extensions.filters.http.rbac.v3.RBAC;
import io.envoyproxy.envoy.extensions.filters.http.rbac.v3.RBACPerRoute;
import io.envoyproxy.envoy.extensions.filters.http.router.v3.Router;
import io.envoyproxy.envoy.extensions.filters.http.set_metadata.v3.Config;
import io.envoyproxy.envoy.extensions.filters.http.stateful_session.v3.StatefulSession;
import io.envoyproxy.envoy.extensions.filters.http.stateful_session.v3.StatefulSessionPerRoute;
import io.envoyproxy.envoy.extensions.filters.listener.http_inspector.v3.HttpInspector;
import io.envoyproxy.envoy.extensions.filters.listener.original_dst.v3.OriginalDst;
import io.envoyproxy.envoy.extensions.filters.listener.proxy_protocol.v3.ProxyProtocol;
import io.envoyproxy.envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector;
import io.envoyproxy.envoy.extensions.filters.network.connection_limit.v3.ConnectionLimit;
import io.envoyproxy.envoy.extensions.filters.network.echo.v3.Echo;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.sni_cluster.v3.SniCluster;
import io.envoyproxy.envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy;
import io.envoyproxy.envoy.extensions.formatter.metadata.v3.Metadata;
import io.envoyproxy.envoy.extensions.formatter.req_without_query.v3.ReqWithoutQuery;
import io.envoyproxy.envoy.extensions.health_check.event_sinks.file.v3.HealthCheckEventFileSink;
import io.envoyproxy.envoy.extensions.http.header_formatters.preserve_case.v3.PreserveCaseFormatterConfig;
import io.envoyproxy.envoy.extensions.http.original_ip_detection.custom_header.v3.CustomHeaderConfig;
import io.envoyproxy.envoy.extensions.http.original_ip_detection.xff.v3.XffConfig;
import io.envoyproxy.envoy.extensions.http.stateful_session.cookie.v3.CookieBasedSessionState;
import io.envoyproxy.envoy.extensions.http.stateful_session.header.v3.HeaderBasedSessionState;
import io.envoyproxy.envoy.extensions.internal_redirect.allow_listed_routes.v3.AllowListedRoutesConfig;
import io.envoyproxy.envoy.extensions.internal_redirect.previous_routes.v3.PreviousRoutesConfig;
import io.envoyproxy.envoy.extensions.internal_redirect.safe_cross_scheme.v3.SafeCrossSchemeConfig;
import io.envoyproxy.envoy.extensions.load_balancing_policies.cluster_provided.v3.ClusterProvided;
import io.envoyproxy.envoy.extensions.load_balancing_policies.least_request.v3.LeastRequest;
import io.envoyproxy.envoy.extensions.load_balancing_policies.maglev.v3.Maglev;
import io.envoyproxy.envoy.extensions.load_balancing_policies.random.v3.Random;
import io.envoyproxy.envoy.extensions.load_balancing_policies.ring_hash.v3.RingHash;
import io.envoyproxy.envoy.extensions.load_balancing_policies.round_robin.v3.RoundRobin;
import io.envoyproxy.envoy.extensions.load_balancing_policies.subset.v3.Subset;
import io.envoyproxy.envoy.extensions.matching.common_inputs.network.v3.ApplicationProtocolInput;
import io.envoyproxy.envoy.extensions.matching.common_inputs.network.v3.DestinationIPInput;
import io.envoyproxy.envoy.extensions.matching.common_inputs.network.v3.DestinationPortInput;
import io.envoyproxy.envoy.extensions.matching.common_inputs.network.v3.DirectSourceIPInput;
import io.envoyproxy.envoy.extensions.matching.common_inputs.network.v3.ServerNameInput;
import io.envoyproxy.envoy.extensions.matching.common_inputs.network.v3.SourceIPInput;
import io.envoyproxy.envoy.extensions.matching.common_inputs.network.v3.SourcePortInput;
import io.envoyproxy.envoy.extensions.matching.common_inputs.network.v3.SourceTypeInput;
import io.envoyproxy.envoy.extensions.matching.common_inputs.network.v3.TransportProtocolInput;
import io.envoyproxy.envoy.extensions.network.dns_resolver.cares.v3.CaresDnsResolverConfig;
import io.envoyproxy.envoy.extensions.network.dns_resolver.getaddrinfo.v3.GetAddrInfoDnsResolverConfig;
import io.envoyproxy.envoy.extensions.path.match.uri_template.v3.UriTemplateMatchConfig;
import io.envoyproxy.envoy.extensions.path.rewrite.uri_template.v3.UriTemplateRewriteConfig;
import io.envoyproxy.envoy.extensions.request_id.uuid.v3.UuidRequestIdConfig;
import io.envoyproxy.envoy.extensions.resource_monitors.cpu_utilization.v3.CpuUtilizationConfig;
import io.envoyproxy.envoy.extensions.resource_monitors.downstream_connections.v3.DownstreamConnectionsConfig;
import io.envoyproxy.envoy.extensions.resource_monitors.fixed_heap.v3.FixedHeapConfig;
import io.envoyproxy.envoy.extensions.resource_monitors.injected_resource.v3.InjectedResourceConfig;
import io.envoyproxy.envoy.extensions.retry.host.omit_canary_hosts.v3.OmitCanaryHostsPredicate;
import io.envoyproxy.envoy.extensions.retry.host.omit_host_metadata.v3.OmitHostMetadataConfig;
import io.envoyproxy.envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate;
import io.envoyproxy.envoy.extensions.retry.priority.previous_priorities.v3.PreviousPrioritiesConfig;
import io.envoyproxy.envoy.extensions.tracers.opentelemetry.resource_detectors.v3.EnvironmentResourceDetectorConfig;
import io.envoyproxy.envoy.extensions.tracers.opentelemetry.resource_detectors.v3.StaticConfigResourceDetectorConfig;
import io.envoyproxy.envoy.extensions.tracers.opentelemetry.samplers.v3.AlwaysOnSamplerConfig;
import io.envoyproxy.envoy.extensions.transport_sockets.proxy_protocol.v3.ProxyProtocolUpstreamTransport;
import io.envoyproxy.envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SPIFFECertValidatorConfig;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions;
import io.envoyproxy.envoy.type.matcher.v3.HttpRequestHeaderMatchInput;
import java.util.List;

/// The extensions this proxy has, by the type of their configuration. Immutable.
///
/// A list and not all of Envoy's: descriptors of what nobody uses would cost megabytes.
public final class Extensions {
    private static final List<Descriptor> ALL =
            List.of(
                    HttpConnectionManager.getDescriptor(),
                    TcpProxy.getDescriptor(),
                    io.envoyproxy.envoy.extensions.filters.network.rbac.v3.RBAC.getDescriptor(),
                    io.envoyproxy.envoy.extensions.filters.network.direct_response.v3.Config
                            .getDescriptor(),
                    io.envoyproxy.envoy.extensions.filters.network.local_ratelimit.v3.LocalRateLimit
                            .getDescriptor(),
                    DnsCluster.getDescriptor(),
                    CaresDnsResolverConfig.getDescriptor(),
                    GetAddrInfoDnsResolverConfig.getDescriptor(),
                    ConnectionLimit.getDescriptor(),
                    Echo.getDescriptor(),
                    SniCluster.getDescriptor(),
                    io.envoyproxy.envoy.extensions.filters.network.sni_dynamic_forward_proxy.v3
                            .FilterConfig.getDescriptor(),
                    Router.getDescriptor(),
                    io.envoyproxy.envoy.extensions.filters.http.set_filter_state.v3.Config
                            .getDescriptor(),
                    io.meltemi.xds.proto.alpn.FilterConfig.getDescriptor(),
                    io.meltemi.xds.proto.stats.PluginConfig.getDescriptor(),
                    io.meltemi.xds.proto.metadataexchange.MetadataExchange.getDescriptor(),
                    io.meltemi.xds.proto.peermetadata.Config.getDescriptor(),
                    com.github.udpa.udpa.type.v1.TypedStruct.getDescriptor(),
                    com.github.xds.type.v3.TypedStruct.getDescriptor(),
                    Buffer.getDescriptor(),
                    BufferPerRoute.getDescriptor(),
                    io.envoyproxy.envoy.extensions.compression.gzip.compressor.v3.Gzip
                            .getDescriptor(),
                    io.envoyproxy.envoy.extensions.compression.gzip.decompressor.v3.Gzip
                            .getDescriptor(),
                    io.envoyproxy.envoy.extensions.compression.brotli.compressor.v3.Brotli
                            .getDescriptor(),
                    io.envoyproxy.envoy.extensions.compression.brotli.decompressor.v3.Brotli
                            .getDescriptor(),
                    io.envoyproxy.envoy.extensions.compression.zstd.compressor.v3.Zstd
                            .getDescriptor(),
                    io.envoyproxy.envoy.extensions.compression.zstd.decompressor.v3.Zstd
                            .getDescriptor(),
                    Decompressor.getDescriptor(),
                    StatefulSession.getDescriptor(),
                    StatefulSessionPerRoute.getDescriptor(),
                    CookieBasedSessionState.getDescriptor(),
                    HeaderBasedSessionState.getDescriptor(),
                    Compressor.getDescriptor(),
                    CompressorPerRoute.getDescriptor(),
                    Cors.getDescriptor(),
                    CorsPolicy.getDescriptor(),
                    CsrfPolicy.getDescriptor(),
                    io.envoyproxy.envoy.extensions.filters.http.grpc_stats.v3.FilterConfig
                            .getDescriptor(),
                    GrpcWeb.getDescriptor(),
                    HealthCheck.getDescriptor(),
                    HeaderMutation.getDescriptor(),
                    HeaderMutationPerRoute.getDescriptor(),
                    Config.getDescriptor(),
                    io.envoyproxy.envoy.config.route.v3.FilterConfig.getDescriptor(),
                    RBAC.getDescriptor(),
                    RBACPerRoute.getDescriptor(),
                    JwtAuthentication.getDescriptor(),
                    PerRouteConfig.getDescriptor(),
                    ExtAuthz.getDescriptor(),
                    ExtAuthzPerRoute.getDescriptor(),
                    HTTPFault.getDescriptor(),
                    RateLimit.getDescriptor(),
                    RateLimitPerRoute.getDescriptor(),
                    LocalRateLimit.getDescriptor(),
                    ReqWithoutQuery.getDescriptor(),
                    Metadata.getDescriptor(),
                    FileAccessLog.getDescriptor(),
                    StdoutAccessLog.getDescriptor(),
                    StderrAccessLog.getDescriptor(),
                    HttpGrpcAccessLogConfig.getDescriptor(),
                    TcpGrpcAccessLogConfig.getDescriptor(),
                    OpenTelemetryAccessLogConfig.getDescriptor(),
                    OpenTelemetryConfig.getDescriptor(),
                    EnvironmentResourceDetectorConfig.getDescriptor(),
                    StaticConfigResourceDetectorConfig.getDescriptor(),
                    AlwaysOnSamplerConfig.getDescriptor(),
                    ZipkinConfig.getDescriptor(),
                    HealthCheckEventFileSink.getDescriptor(),
                    OriginalDst.getDescriptor(),
                    ProxyProtocol.getDescriptor(),
                    TlsInspector.getDescriptor(),
                    HttpInspector.getDescriptor(),
                    RawBuffer.getDescriptor(),
                    DownstreamTlsContext.getDescriptor(),
                    io.envoyproxy.envoy.extensions.filters.network.ext_authz.v3.ExtAuthz
                            .getDescriptor(),
                    UpstreamTlsContext.getDescriptor(),
                    ProxyProtocolUpstreamTransport.getDescriptor(),
                    PerHostConfig.getDescriptor(),
                    SPIFFECertValidatorConfig.getDescriptor(),
                    HttpProtocolOptions.getDescriptor(),
                    UuidRequestIdConfig.getDescriptor(),
                    XffConfig.getDescriptor(),
                    CustomHeaderConfig.getDescriptor(),
                    PreserveCaseFormatterConfig.getDescriptor(),
                    PreviousHostsPredicate.getDescriptor(),
                    OmitCanaryHostsPredicate.getDescriptor(),
                    OmitHostMetadataConfig.getDescriptor(),
                    PreviousPrioritiesConfig.getDescriptor(),
                    HttpRequestHeaderMatchInput.getDescriptor(),
                    com.github.xds.type.matcher.v3.IPMatcher.getDescriptor(),
                    DestinationIPInput.getDescriptor(),
                    DestinationPortInput.getDescriptor(),
                    SourceIPInput.getDescriptor(),
                    SourcePortInput.getDescriptor(),
                    DirectSourceIPInput.getDescriptor(),
                    SourceTypeInput.getDescriptor(),
                    ServerNameInput.getDescriptor(),
                    TransportProtocolInput.getDescriptor(),
                    ApplicationProtocolInput.getDescriptor(),
                    PreviousRoutesConfig.getDescriptor(),
                    SafeCrossSchemeConfig.getDescriptor(),
                    AllowListedRoutesConfig.getDescriptor(),
                    UriTemplateMatchConfig.getDescriptor(),
                    UriTemplateRewriteConfig.getDescriptor(),
                    RoundRobin.getDescriptor(),
                    LeastRequest.getDescriptor(),
                    Random.getDescriptor(),
                    RingHash.getDescriptor(),
                    Maglev.getDescriptor(),
                    Subset.getDescriptor(),
                    ClusterProvided.getDescriptor(),
                    ScaleTimersOverloadActionConfig.getDescriptor(),
                    CpuUtilizationConfig.getDescriptor(),
                    DownstreamConnectionsConfig.getDescriptor(),
                    FixedHeapConfig.getDescriptor(),
                    InjectedResourceConfig.getDescriptor(),
                    io.envoyproxy.envoy.extensions.clusters.aggregate.v3.ClusterConfig
                            .getDescriptor(),
                    io.envoyproxy.envoy.extensions.clusters.dynamic_forward_proxy.v3.ClusterConfig
                            .getDescriptor(),
                    io.envoyproxy.envoy.extensions.filters.http.dynamic_forward_proxy.v3
                            .FilterConfig.getDescriptor(),
                    io.envoyproxy.envoy.extensions.filters.http.dynamic_forward_proxy.v3
                            .PerRouteConfig.getDescriptor(),
                    com.google.protobuf.Struct.getDescriptor(),
                    com.google.protobuf.StringValue.getDescriptor());

    private Extensions() {}

    static TypeRegistry registry() {
        return TypeRegistry.newBuilder().add(ALL).build();
    }

    /// For printing what the admin endpoint shows, dumps of the configuration among it.
    public static TypeRegistry shownRegistry() {
        return TypeRegistry.newBuilder()
                .add(ALL)
                .add(io.envoyproxy.envoy.admin.v3.ConfigDump.getDescriptor())
                .add(io.envoyproxy.envoy.admin.v3.ClustersConfigDump.getDescriptor())
                .add(io.envoyproxy.envoy.config.listener.v3.Listener.getDescriptor())
                .add(io.envoyproxy.envoy.config.cluster.v3.Cluster.getDescriptor())
                .add(io.envoyproxy.envoy.config.route.v3.RouteConfiguration.getDescriptor())
                .add(io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment.getDescriptor())
                .add(io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret.getDescriptor())
                .add(io.envoyproxy.envoy.service.runtime.v3.Runtime.getDescriptor())
                .add(io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig.getDescriptor())
                .add(io.envoyproxy.envoy.service.discovery.v3.Resource.getDescriptor())
                .build();
    }

    /// For printing and parsing `Any` as JSON.
    public static JsonFormat.TypeRegistry jsonRegistry() {
        return JsonFormat.TypeRegistry.newBuilder()
                .add(ALL)
                .add(io.envoyproxy.envoy.config.listener.v3.Listener.getDescriptor())
                .add(io.envoyproxy.envoy.config.cluster.v3.Cluster.getDescriptor())
                .add(io.envoyproxy.envoy.config.route.v3.RouteConfiguration.getDescriptor())
                .add(io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment.getDescriptor())
                .add(io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret.getDescriptor())
                .add(io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap.getDescriptor())
                .add(io.envoyproxy.envoy.admin.v3.BootstrapConfigDump.getDescriptor())
                .add(io.envoyproxy.envoy.admin.v3.ClustersConfigDump.getDescriptor())
                .add(io.envoyproxy.envoy.admin.v3.EcdsConfigDump.getDescriptor())
                .add(io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig.getDescriptor())
                .add(io.envoyproxy.envoy.admin.v3.ListenersConfigDump.getDescriptor())
                .add(io.envoyproxy.envoy.admin.v3.RoutesConfigDump.getDescriptor())
                .add(io.envoyproxy.envoy.admin.v3.EndpointsConfigDump.getDescriptor())
                .add(io.envoyproxy.envoy.admin.v3.SecretsConfigDump.getDescriptor())
                .build();
    }
}
