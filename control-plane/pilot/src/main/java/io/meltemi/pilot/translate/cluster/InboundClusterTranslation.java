package io.meltemi.pilot.translate.cluster;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.DiscoveryType;
import io.envoyproxy.envoy.config.core.v3.BindConfig;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.Endpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import io.meltemi.pilot.translate.ClusterNames;
import io.meltemi.pilot.translate.ConfigMetadata;
import io.meltemi.pilot.translate.Protos;

/// The way from a sidecar to its application. Thread-safe: pure.
public final class InboundClusterTranslation {
    private InboundClusterTranslation() {}

    public static Cluster translate(InboundClusterInput input) {
        String name = ClusterNames.inbound(input.port());
        Cluster.Builder cluster =
                Cluster.newBuilder()
                        .setName(name)
                        .setType(DiscoveryType.STATIC)
                        .setMetadata(ConfigMetadata.of(input.service(), input.rule(), ""))
                        .setLoadAssignment(
                                ClusterLoadAssignment.newBuilder()
                                        .setClusterName(name)
                                        .addEndpoints(
                                                LocalityLbEndpoints.newBuilder()
                                                        .addLbEndpoints(
                                                                local(input.applicationPort()))));
        TrafficPolicyTranslation.apply(cluster, input.policy(), input.protocol());
        if (input.fromPod()) {
            cluster.setUpstreamBindConfig(exempt());
        }
        return cluster.build();
    }

    /// Istio: the pod's rules let this source pass, so that the sidecar does not call itself.
    static BindConfig exempt() {
        return BindConfig.newBuilder()
                .setSourceAddress(
                        SocketAddress.newBuilder().setAddress("127.0.0.6").setPortValue(0))
                .build();
    }

    private static LbEndpoint local(int port) {
        return LbEndpoint.newBuilder()
                .setEndpoint(Endpoint.newBuilder().setAddress(Protos.address("127.0.0.1", port)))
                .build();
    }
}
