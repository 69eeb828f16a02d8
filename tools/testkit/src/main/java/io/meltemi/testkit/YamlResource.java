package io.meltemi.testkit;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.ListValue;
import com.google.protobuf.Message;
import com.google.protobuf.NullValue;
import com.google.protobuf.Struct;
import com.google.protobuf.TypeRegistry;
import com.google.protobuf.Value;
import com.google.protobuf.util.JsonFormat;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.FilterConfig;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.ScopedRouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.extensions.access_loggers.file.v3.FileAccessLog;
import io.envoyproxy.envoy.extensions.clusters.aggregate.v3.ClusterConfig;
import io.envoyproxy.envoy.extensions.filters.http.buffer.v3.Buffer;
import io.envoyproxy.envoy.extensions.filters.http.fault.v3.HTTPFault;
import io.envoyproxy.envoy.extensions.filters.http.on_demand.v3.OnDemand;
import io.envoyproxy.envoy.extensions.filters.http.rbac.v3.RBAC;
import io.envoyproxy.envoy.extensions.filters.http.router.v3.Router;
import io.envoyproxy.envoy.extensions.filters.network.echo.v3.Echo;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions;
import io.envoyproxy.envoy.service.runtime.v3.Runtime;
import io.meltemi.xds.proto.nds.NameTable;
import io.meltemi.xds.snapshot.ResourceType;
import io.meltemi.xds.snapshot.XdsResource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/// Resources written as in Envoy's documentation. Thread-safe: without state.
public final class YamlResource {
    private static final TypeRegistry EXTENSIONS =
            TypeRegistry.newBuilder()
                    .add(HttpConnectionManager.getDescriptor())
                    .add(Router.getDescriptor())
                    .add(OnDemand.getDescriptor())
                    .add(FileAccessLog.getDescriptor())
                    .add(Echo.getDescriptor())
                    .add(RBAC.getDescriptor())
                    .add(HTTPFault.getDescriptor())
                    .add(FilterConfig.getDescriptor())
                    .add(Buffer.getDescriptor())
                    .add(HttpProtocolOptions.getDescriptor())
                    .add(DownstreamTlsContext.getDescriptor())
                    .add(UpstreamTlsContext.getDescriptor())
                    .add(ClusterConfig.getDescriptor())
                    .build();

    private YamlResource() {}

    /// @throws IllegalArgumentException when the text is not such a resource
    public static XdsResource of(ResourceType type, String name, String yaml) {
        Object tree = new Load(LoadSettings.builder().build()).loadFromString(yaml);
        Message.Builder message = builder(type);
        try {
            String json = JsonFormat.printer().print(value(tree));
            JsonFormat.parser().usingTypeRegistry(EXTENSIONS).merge(json, message);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException(name + " is no " + type + ": " + e.getMessage(), e);
        }
        return XdsResource.of(type, name, message.build());
    }

    private static Message.Builder builder(ResourceType type) {
        return switch (type) {
            case CLUSTER -> Cluster.newBuilder();
            case ENDPOINT -> ClusterLoadAssignment.newBuilder();
            case EXTENSION -> TypedExtensionConfig.newBuilder();
            case LISTENER -> Listener.newBuilder();
            case SCOPED_ROUTE -> ScopedRouteConfiguration.newBuilder();
            case ROUTE -> RouteConfiguration.newBuilder();
            case VIRTUAL_HOST -> VirtualHost.newBuilder();
            case SECRET -> Secret.newBuilder();
            case RUNTIME -> Runtime.newBuilder();
            case NAME_TABLE -> NameTable.newBuilder();
        };
    }

    private static Value value(@Nullable Object node) {
        Value.Builder value = Value.newBuilder();
        return switch (node) {
            case null -> value.setNullValue(NullValue.NULL_VALUE).build();
            case Boolean flag -> value.setBoolValue(flag).build();
            case Number number -> value.setNumberValue(number.doubleValue()).build();
            case List<?> list -> {
                ListValue.Builder values = ListValue.newBuilder();
                list.forEach(item -> values.addValues(value(item)));
                yield value.setListValue(values).build();
            }
            case Map<?, ?> map -> {
                Struct.Builder fields = Struct.newBuilder();
                map.forEach((key, item) -> fields.putFields(String.valueOf(key), value(item)));
                yield value.setStructValue(fields).build();
            }
            default -> value.setStringValue(node.toString()).build();
        };
    }
}
