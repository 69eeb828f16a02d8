package io.meltemi.agent.bootstrap;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import com.google.protobuf.UInt32Value;
import com.google.protobuf.util.Durations;
import io.envoyproxy.envoy.config.bootstrap.v3.Admin;
import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.envoyproxy.envoy.config.bootstrap.v3.ClusterManager;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.AggregatedConfigSource;
import io.envoyproxy.envoy.config.core.v3.ApiConfigSource;
import io.envoyproxy.envoy.config.core.v3.ApiVersion;
import io.envoyproxy.envoy.config.core.v3.BindConfig;
import io.envoyproxy.envoy.config.core.v3.ConfigSource;
import io.envoyproxy.envoy.config.core.v3.GrpcService;
import io.envoyproxy.envoy.config.core.v3.Http2ProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.Pipe;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.config.core.v3.SocketOption;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.Endpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions;
import io.meltemi.agent.intercept.MeshPorts;
import io.meltemi.xds.message.Anys;
import java.nio.file.Path;

/// The bootstrap of a sidecar, the same for both data planes but for how they reach the agent.
/// Immutable.
///
/// @param loopback where the admin endpoint listens
/// @param agent where ADS, secrets and Mixer are found, without a network
public record SidecarBootstrap(
        ProxyNode node, String loopback, MeshPorts ports, Path agent, DataPlaneKind kind) {
    /// Of the bootstrap's clusters; Pilot refers to the last two by name.
    public static final String ADS = "xds-grpc";

    public static final String SDS = "sds-grpc";
    public static final String MIXER = "mixer";

    private static final int SOL_SOCKET = 1;
    private static final int SO_MARK = 36;

    /// Who will read it.
    public enum DataPlaneKind {
        MELTEMI,
        ENVOY
    }

    /// Renders it.
    public Bootstrap render() {
        Bootstrap.Builder bootstrap =
                Bootstrap.newBuilder()
                        .setNode(node.toProto())
                        .setAdmin(Admin.newBuilder().setAddress(address(loopback, ports.admin())));
        bootstrap
                .getStaticResourcesBuilder()
                .addClusters(toAgent(ADS))
                .addClusters(toAgent(SDS))
                .addClusters(toAgent(MIXER));
        ConfigSource ads =
                ConfigSource.newBuilder()
                        .setAds(AggregatedConfigSource.getDefaultInstance())
                        .setResourceApiVersion(ApiVersion.V3)
                        .setInitialFetchTimeout(Durations.ZERO)
                        .build();
        bootstrap
                .getDynamicResourcesBuilder()
                .setLdsConfig(ads)
                .setCdsConfig(ads)
                .setAdsConfig(
                        ApiConfigSource.newBuilder()
                                .setApiType(ApiConfigSource.ApiType.DELTA_GRPC)
                                .setTransportApiVersion(ApiVersion.V3)
                                .setSetNodeOnFirstMessageOnly(true)
                                .addGrpcServices(
                                        GrpcService.newBuilder()
                                                .setEnvoyGrpc(
                                                        GrpcService.EnvoyGrpc.newBuilder()
                                                                .setClusterName(ADS))));
        shownOutside(bootstrap);
        if (isExplicit()) {
            bootstrap.setClusterManager(
                    ClusterManager.newBuilder().setUpstreamBindConfig(fromOwnAddress()));
        }
        if (kind == DataPlaneKind.ENVOY) {
            marked(bootstrap);
        }
        return bootstrap.build();
    }

    private boolean isExplicit() {
        return node.interception() instanceof ProxyNode.Interception.Explicit;
    }

    /// On a shared loopback the system would take 127.0.0.1: Mixer tells callers by address.
    private BindConfig fromOwnAddress() {
        return BindConfig.newBuilder()
                .setSourceAddress(SocketAddress.newBuilder().setAddress(loopback).setPortValue(0))
                .build();
    }

    /// Metrics and readiness for who comes from outside the pod; the admin port is loopback's.
    private void shownOutside(Bootstrap.Builder bootstrap) {
        String outside = isExplicit() ? loopback : "0.0.0.0";
        bootstrap
                .getStaticResourcesBuilder()
                .addClusters(toLoopback("prometheus_stats", ports.admin()))
                .addClusters(toLoopback("agent", ports.agent()))
                .addListeners(
                        StaticListener.passing(
                                "prometheus",
                                address(outside, ports.prometheus()),
                                "/stats/prometheus",
                                "prometheus_stats"))
                .addListeners(
                        StaticListener.passing(
                                "readiness",
                                address(outside, ports.proxyReadiness()),
                                "/healthz/ready",
                                "agent"));
    }

    /// Envoy runs in a process of its own and marks its sockets by configuration.
    private static void marked(Bootstrap.Builder bootstrap) {
        bootstrap.setClusterManager(
                ClusterManager.newBuilder()
                        .setUpstreamBindConfig(
                                BindConfig.newBuilder()
                                        .setSourceAddress(
                                                SocketAddress.newBuilder()
                                                        .setAddress("0.0.0.0")
                                                        .setPortValue(0))
                                        .addSocketOptions(
                                                SocketOption.newBuilder()
                                                        .setDescription("passes the pod's rules")
                                                        .setLevel(SOL_SOCKET)
                                                        .setName(SO_MARK)
                                                        .setIntValue(MeshPorts.SOCKET_MARK)
                                                        .setState(
                                                                SocketOption.SocketState
                                                                        .STATE_PREBIND))));
    }

    private Cluster toAgent(String name) {
        HttpProtocolOptions http2 =
                HttpProtocolOptions.newBuilder()
                        .setExplicitHttpConfig(
                                HttpProtocolOptions.ExplicitHttpConfig.newBuilder()
                                        .setHttp2ProtocolOptions(
                                                Http2ProtocolOptions.getDefaultInstance()))
                        .build();
        return cluster(
                        name,
                        Address.newBuilder()
                                .setPipe(Pipe.newBuilder().setPath(agent.toString()))
                                .build())
                .putTypedExtensionProtocolOptions(
                        "envoy.extensions.upstreams.http.v3.HttpProtocolOptions", packed(http2))
                .build();
    }

    private Cluster toLoopback(String name, int port) {
        return cluster(name, address(loopback, port)).build();
    }

    private static Cluster.Builder cluster(String name, Address address) {
        return Cluster.newBuilder()
                .setName(name)
                .setType(Cluster.DiscoveryType.STATIC)
                .setConnectTimeout(Durations.fromSeconds(1))
                .setLoadAssignment(
                        ClusterLoadAssignment.newBuilder()
                                .setClusterName(name)
                                .addEndpoints(
                                        LocalityLbEndpoints.newBuilder()
                                                .setLoadBalancingWeight(UInt32Value.of(1))
                                                .addLbEndpoints(
                                                        LbEndpoint.newBuilder()
                                                                .setEndpoint(
                                                                        Endpoint.newBuilder()
                                                                                .setAddress(
                                                                                        address)))));
    }

    static Address address(String host, int port) {
        return Address.newBuilder()
                .setSocketAddress(SocketAddress.newBuilder().setAddress(host).setPortValue(port))
                .build();
    }

    static Any packed(Message message) {
        return Anys.pack(message);
    }
}
