package io.meltemi.cli.explain;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.AggregatedConfigSource;
import io.envoyproxy.envoy.config.core.v3.ApiConfigSource;
import io.envoyproxy.envoy.config.core.v3.ApiVersion;
import io.envoyproxy.envoy.config.core.v3.ConfigSource;
import io.envoyproxy.envoy.config.core.v3.GrpcService;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.meltemi.agent.bootstrap.SidecarBootstrap;
import io.meltemi.pilot.translate.ConfigMetadata;
import io.meltemi.proxy.OfflineProxy;
import io.meltemi.proxy.cluster.Endpoint;
import io.meltemi.proxy.config.check.ConfigProblem;
import io.meltemi.proxy.config.check.ConfigRefusedException;
import io.meltemi.proxy.explain.Call;
import io.meltemi.proxy.explain.Explainer;
import io.meltemi.proxy.explain.Hop;
import io.meltemi.xds.snapshot.InlineResources;
import io.meltemi.xds.snapshot.ResourceType;
import io.meltemi.xds.snapshot.XdsResource;
import io.meltemi.xds.snapshot.XdsSnapshot;
import java.util.Optional;
import java.util.stream.Collectors;

/// What a proxy would make of the resources that Pilot has for it. Confined to one thread.
///
/// Logs and spans are left out: they decide nothing, and a file that nobody asked for would be
/// opened.
final class TranslatedProxy implements AutoCloseable {
    private final XdsSnapshot snapshot;
    private final OfflineProxy proxy;

    /// @throws IllegalStateException naming what our proxy refuses of what our control plane sends
    TranslatedProxy(XdsSnapshot snapshot) {
        this.snapshot = snapshot;
        try {
            proxy = new OfflineProxy(bootstrap(snapshot));
        } catch (ConfigRefusedException e) {
            throw new IllegalStateException(
                    "the proxy would refuse what it is sent: "
                            + e.problems().stream()
                                    .map(ConfigProblem::toString)
                                    .collect(Collectors.joining("; ")),
                    e);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("a resource cannot be read", e);
        }
    }

    Hop explain(String listener, Call call) {
        return new Explainer(proxy).explain(listener, call);
    }

    /// The listener that takes connections on a port at any address.
    Optional<String> listenerOn(int port) {
        return proxy.listeners().stream()
                .filter(listener ->
                        listener.addresses().getFirst() instanceof java.net.InetSocketAddress at
                                && at.getPort() == port)
                .map(listener -> listener.name())
                .findFirst();
    }

    /// What a cluster is made of.
    Optional<Cluster> cluster(String name) {
        return Optional.ofNullable(snapshot.of(ResourceType.CLUSTER).get(name))
                .map(resource -> read(resource, Cluster.getDefaultInstance()));
    }

    /// All endpoints of a cluster, in order.
    java.util.List<Endpoint> endpoints(String cluster) {
        return proxy.cluster(cluster)
                .map(found -> found.endpoints().all())
                .orElse(java.util.List.of());
    }

    /// The path of the resource that a listener or a cluster came from; empty when it has none.
    static String config(Metadata metadata) {
        return metadata.getFilterMetadataMap()
                .getOrDefault(
                        ConfigMetadata.FILTER, com.google.protobuf.Struct.getDefaultInstance())
                .getFieldsOrDefault("config", com.google.protobuf.Value.getDefaultInstance())
                .getStringValue();
    }

    /// What a listener came from; empty when nothing says so.
    String configOfListener(String name) {
        return Optional.ofNullable(snapshot.of(ResourceType.LISTENER).get(name))
                .map(resource ->
                        config(read(resource, Listener.getDefaultInstance()).getMetadata()))
                .orElse("");
    }

    /// How connections to those endpoints of a cluster that take TLS are protected.
    static Optional<UpstreamTlsContext> tls(Cluster cluster) {
        return java.util.stream.Stream.concat(
                        java.util.stream.Stream.of(cluster.getTransportSocket()),
                        cluster.getTransportSocketMatchesList().stream()
                                .map(Cluster.TransportSocketMatch::getTransportSocket))
                .map(socket -> socket.getTypedConfig())
                .filter(config -> config.is(UpstreamTlsContext.class))
                .findFirst()
                .map(TranslatedProxy::unpacked);
    }

    private static UpstreamTlsContext unpacked(Any config) {
        try {
            return config.unpack(UpstreamTlsContext.class);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("a transport socket cannot be read", e);
        }
    }

    @SuppressWarnings("unchecked")
    private static <T extends com.google.protobuf.Message> T read(XdsResource resource, T type) {
        try {
            return (T) type.getParserForType().parseFrom(resource.body().getValue());
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(resource.name() + " cannot be read", e);
        }
    }

    private static Bootstrap bootstrap(XdsSnapshot snapshot) throws InvalidProtocolBufferException {
        Bootstrap.Builder out = Bootstrap.newBuilder();
        out.getNodeBuilder().setId("explain").setCluster("explain");
        var resources = out.getStaticResourcesBuilder();
        for (XdsResource each : snapshot.of(ResourceType.CLUSTER).values()) {
            Cluster cluster = read(each, Cluster.getDefaultInstance());
            resources.addClusters(InlineResources.cluster(cluster, snapshot));
        }
        for (XdsResource each : snapshot.of(ResourceType.LISTENER).values()) {
            Listener listener = read(each, Listener.getDefaultInstance());
            resources.addListeners(silent(InlineResources.listener(listener, snapshot, _ -> {})));
        }
        // Whom the proxy's own bootstrap names. Nobody is called.
        for (String agent :
                java.util.List.of(
                        SidecarBootstrap.ADS, SidecarBootstrap.SDS, SidecarBootstrap.MIXER)) {
            resources.addClusters(nobody(agent));
        }
        ApiConfigSource ads =
                ApiConfigSource.newBuilder()
                        .setApiType(ApiConfigSource.ApiType.DELTA_GRPC)
                        .setTransportApiVersion(ApiVersion.V3)
                        .addGrpcServices(
                                GrpcService.newBuilder()
                                        .setEnvoyGrpc(
                                                GrpcService.EnvoyGrpc.newBuilder()
                                                        .setClusterName(SidecarBootstrap.ADS)))
                        .build();
        ConfigSource all =
                ConfigSource.newBuilder()
                        .setAds(AggregatedConfigSource.getDefaultInstance())
                        .setResourceApiVersion(ApiVersion.V3)
                        .build();
        out.getDynamicResourcesBuilder().setAdsConfig(ads).setCdsConfig(all).setLdsConfig(all);
        return out.build();
    }

    /// A cluster of the bootstrap's, where nobody listens.
    private static Cluster nobody(String name) {
        Cluster.Builder out = Cluster.newBuilder().setName(name);
        out.getLoadAssignmentBuilder()
                .setClusterName(name)
                .addEndpointsBuilder()
                .addLbEndpointsBuilder()
                .getEndpointBuilder()
                .getAddressBuilder()
                .getPipeBuilder()
                .setPath("/nobody");
        return out.build();
    }

    private static Listener silent(Listener listener) throws InvalidProtocolBufferException {
        Listener.Builder out = listener.toBuilder().clearAccessLog();
        for (FilterChain.Builder chain : out.getFilterChainsBuilderList()) {
            silence(chain);
        }
        if (out.hasDefaultFilterChain()) {
            silence(out.getDefaultFilterChainBuilder());
        }
        return out.build();
    }

    private static void silence(FilterChain.Builder chain) throws InvalidProtocolBufferException {
        for (Filter.Builder filter : chain.getFiltersBuilderList()) {
            Any config = filter.getTypedConfig();
            if (config.is(TcpProxy.class)) {
                TcpProxy tcp = config.unpack(TcpProxy.class);
                filter.setTypedConfig(Any.pack(tcp.toBuilder().clearAccessLog().build()));
            } else if (config.is(
                    io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3
                            .HttpConnectionManager.class)) {
                var manager =
                        config.unpack(
                                io.envoyproxy.envoy.extensions.filters.network
                                        .http_connection_manager.v3.HttpConnectionManager.class);
                filter.setTypedConfig(
                        Any.pack(manager.toBuilder().clearAccessLog().clearTracing().build()));
            }
        }
    }

    @Override
    public void close() {
        proxy.close();
    }
}
