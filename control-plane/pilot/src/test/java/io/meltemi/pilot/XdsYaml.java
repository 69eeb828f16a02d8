package io.meltemi.pilot;

import com.google.protobuf.Any;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageOrBuilder;
import com.google.protobuf.util.JsonFormat;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.trace.v3.OpenTelemetryConfig;
import io.envoyproxy.envoy.config.trace.v3.ZipkinConfig;
import io.envoyproxy.envoy.extensions.access_loggers.file.v3.FileAccessLog;
import io.envoyproxy.envoy.extensions.access_loggers.grpc.v3.HttpGrpcAccessLogConfig;
import io.envoyproxy.envoy.extensions.access_loggers.grpc.v3.TcpGrpcAccessLogConfig;
import io.envoyproxy.envoy.extensions.access_loggers.open_telemetry.v3.OpenTelemetryAccessLogConfig;
import io.envoyproxy.envoy.extensions.filters.http.cors.v3.Cors;
import io.envoyproxy.envoy.extensions.filters.http.cors.v3.CorsPolicy;
import io.envoyproxy.envoy.extensions.filters.http.ext_authz.v3.ExtAuthz;
import io.envoyproxy.envoy.extensions.filters.http.fault.v3.HTTPFault;
import io.envoyproxy.envoy.extensions.filters.http.header_mutation.v3.HeaderMutation;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication;
import io.envoyproxy.envoy.extensions.filters.http.ratelimit.v3.RateLimit;
import io.envoyproxy.envoy.extensions.filters.http.rbac.v3.RBAC;
import io.envoyproxy.envoy.extensions.filters.http.router.v3.Router;
import io.envoyproxy.envoy.extensions.filters.http.set_filter_state.v3.Config;
import io.envoyproxy.envoy.extensions.filters.listener.http_inspector.v3.HttpInspector;
import io.envoyproxy.envoy.extensions.filters.listener.original_dst.v3.OriginalDst;
import io.envoyproxy.envoy.extensions.filters.listener.proxy_protocol.v3.ProxyProtocol;
import io.envoyproxy.envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector;
import io.envoyproxy.envoy.extensions.filters.network.connection_limit.v3.ConnectionLimit;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy;
import io.envoyproxy.envoy.extensions.path.match.uri_template.v3.UriTemplateMatchConfig;
import io.envoyproxy.envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate;
import io.envoyproxy.envoy.extensions.retry.priority.previous_priorities.v3.PreviousPrioritiesConfig;
import io.envoyproxy.envoy.extensions.transport_sockets.proxy_protocol.v3.ProxyProtocolUpstreamTransport;
import io.envoyproxy.envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions;
import io.meltemi.xds.proto.nds.NameTable;
import io.meltemi.xds.snapshot.ResourceType;
import io.meltemi.xds.snapshot.XdsResource;
import java.util.List;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;

/// Resources as people read them. Thread-safe: stateless.
final class XdsYaml {
    private static final JsonFormat.Printer PRINTER =
            JsonFormat.printer()
                    .usingTypeRegistry(
                            JsonFormat.TypeRegistry.newBuilder()
                                    .add(
                                            List.<Descriptor>of(
                                                    Cluster.getDescriptor(),
                                                    ClusterLoadAssignment.getDescriptor(),
                                                    Listener.getDescriptor(),
                                                    Secret.getDescriptor(),
                                                    RouteConfiguration.getDescriptor(),
                                                    NameTable.getDescriptor(),
                                                    OpenTelemetryConfig.getDescriptor(),
                                                    ZipkinConfig.getDescriptor(),
                                                    OpenTelemetryAccessLogConfig.getDescriptor(),
                                                    FileAccessLog.getDescriptor(),
                                                    HttpGrpcAccessLogConfig.getDescriptor(),
                                                    TcpGrpcAccessLogConfig.getDescriptor(),
                                                    HTTPFault.getDescriptor(),
                                                    Cors.getDescriptor(),
                                                    CorsPolicy.getDescriptor(),
                                                    UriTemplateMatchConfig.getDescriptor(),
                                                    HeaderMutation.getDescriptor(),
                                                    JwtAuthentication.getDescriptor(),
                                                    RBAC.getDescriptor(),
                                                    io.envoyproxy.envoy.extensions.filters.network
                                                            .rbac.v3.RBAC.getDescriptor(),
                                                    ExtAuthz.getDescriptor(),
                                                    io.envoyproxy.envoy.extensions.filters.network
                                                            .ext_authz.v3.ExtAuthz.getDescriptor(),
                                                    RateLimit.getDescriptor(),
                                                    Router.getDescriptor(),
                                                    OriginalDst.getDescriptor(),
                                                    HttpInspector.getDescriptor(),
                                                    Config.getDescriptor(),
                                                    TlsInspector.getDescriptor(),
                                                    HttpConnectionManager.getDescriptor(),
                                                    TcpProxy.getDescriptor(),
                                                    ConnectionLimit.getDescriptor(),
                                                    ProxyProtocol.getDescriptor(),
                                                    TypedExtensionConfig.getDescriptor(),
                                                    PreviousHostsPredicate.getDescriptor(),
                                                    PreviousPrioritiesConfig.getDescriptor(),
                                                    RawBuffer.getDescriptor(),
                                                    ProxyProtocolUpstreamTransport.getDescriptor(),
                                                    DownstreamTlsContext.getDescriptor(),
                                                    UpstreamTlsContext.getDescriptor(),
                                                    HttpProtocolOptions.getDescriptor()))
                                    .build());

    private XdsYaml() {}

    /// One document.
    static String of(XdsResource resource) {
        Object value = load(json(resource));
        DumpSettings settings =
                DumpSettings.builder()
                        .setDefaultFlowStyle(FlowStyle.BLOCK)
                        .setExplicitStart(true)
                        .setWidth(100)
                        .build();
        return new Dump(settings).dumpToString(value);
    }

    /// Any message as the maps and lists of its JSON.
    static Object of(MessageOrBuilder message) {
        try {
            return load(PRINTER.print(message));
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static String json(XdsResource resource) {
        try {
            return PRINTER.print(shown(resource));
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException(resource.name(), e);
        }
    }

    /// Of a secret all but its key.
    private static Any shown(XdsResource resource) throws InvalidProtocolBufferException {
        if (resource.type() != ResourceType.SECRET) {
            return resource.body();
        }
        Secret.Builder secret = Secret.parseFrom(resource.body().getValue()).toBuilder();
        if (secret.hasTlsCertificate()) {
            secret.getTlsCertificateBuilder().getPrivateKeyBuilder().setInlineString("[redacted]");
        }
        return Any.pack(secret.build());
    }

    static Object load(String text) {
        return new Load(LoadSettings.builder().build()).loadFromString(text);
    }
}
