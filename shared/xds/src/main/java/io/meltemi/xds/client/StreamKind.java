package io.meltemi.xds.client;

import io.envoyproxy.envoy.service.cluster.v3.ClusterDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.envoyproxy.envoy.service.endpoint.v3.EndpointDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.extension.v3.ExtensionConfigDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.listener.v3.ListenerDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.route.v3.RouteDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.route.v3.ScopedRoutesDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.route.v3.VirtualHostDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.runtime.v3.RuntimeDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.secret.v3.SecretDiscoveryServiceGrpc;
import io.grpc.MethodDescriptor;
import io.meltemi.xds.snapshot.ResourceType;
import java.util.Map;
import java.util.Optional;

/// What kind of gRPC stream carries resources. Immutable.
///
/// @param only the one type that a service of its own carries; empty: all types in one stream, so
///   that they arrive in order
/// @param isNodeSentOnce whether only a stream's first request says who asks
///   (`set_node_on_first_message_only`); in delta it is so anyway
/// @param metadata headers of the call (`initial_metadata`)
public record StreamKind(
        Dialect dialect,
        Optional<ResourceType> only,
        boolean isNodeSentOnce,
        Map<String, String> metadata) {
    public StreamKind {
        metadata = Map.copyOf(metadata);
    }

    public static StreamKind aggregated(Dialect dialect, boolean isNodeSentOnce) {
        return new StreamKind(dialect, Optional.empty(), isNodeSentOnce, Map.of());
    }

    boolean carries(ResourceType type) {
        return only.isEmpty() || only.get() == type;
    }

    MethodDescriptor<DeltaDiscoveryRequest, DeltaDiscoveryResponse> deltaMethod() {
        return only.isEmpty()
                ? AggregatedDiscoveryServiceGrpc.getDeltaAggregatedResourcesMethod()
                : switch (only.get()) {
                    case CLUSTER -> ClusterDiscoveryServiceGrpc.getDeltaClustersMethod();
                    case ENDPOINT -> EndpointDiscoveryServiceGrpc.getDeltaEndpointsMethod();
                    case EXTENSION ->
                            ExtensionConfigDiscoveryServiceGrpc.getDeltaExtensionConfigsMethod();
                    case LISTENER -> ListenerDiscoveryServiceGrpc.getDeltaListenersMethod();
                    case SCOPED_ROUTE ->
                            ScopedRoutesDiscoveryServiceGrpc.getDeltaScopedRoutesMethod();
                    case ROUTE -> RouteDiscoveryServiceGrpc.getDeltaRoutesMethod();
                    case VIRTUAL_HOST ->
                            VirtualHostDiscoveryServiceGrpc.getDeltaVirtualHostsMethod();
                    case SECRET -> SecretDiscoveryServiceGrpc.getDeltaSecretsMethod();
                    case RUNTIME -> RuntimeDiscoveryServiceGrpc.getDeltaRuntimeMethod();
                    case NAME_TABLE -> throw noService();
                };
    }

    MethodDescriptor<DiscoveryRequest, DiscoveryResponse> worldMethod() {
        return only.isEmpty()
                ? AggregatedDiscoveryServiceGrpc.getStreamAggregatedResourcesMethod()
                : switch (only.get()) {
                    case CLUSTER -> ClusterDiscoveryServiceGrpc.getStreamClustersMethod();
                    case ENDPOINT -> EndpointDiscoveryServiceGrpc.getStreamEndpointsMethod();
                    case EXTENSION ->
                            ExtensionConfigDiscoveryServiceGrpc.getStreamExtensionConfigsMethod();
                    case LISTENER -> ListenerDiscoveryServiceGrpc.getStreamListenersMethod();
                    case SCOPED_ROUTE ->
                            ScopedRoutesDiscoveryServiceGrpc.getStreamScopedRoutesMethod();
                    case ROUTE -> RouteDiscoveryServiceGrpc.getStreamRoutesMethod();
                    case SECRET -> SecretDiscoveryServiceGrpc.getStreamSecretsMethod();
                    case RUNTIME -> RuntimeDiscoveryServiceGrpc.getStreamRuntimeMethod();
                    case VIRTUAL_HOST, NAME_TABLE -> throw noService();
                };
    }

    private IllegalArgumentException noService() {
        return new IllegalArgumentException(only + " has no service of its own in this dialect");
    }
}
