package io.meltemi.pilot.translate.cluster;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.DiscoveryType;
import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.BindConfig;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.Endpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import io.meltemi.base.net.HostPort;
import io.meltemi.pilot.translate.ClusterNames;
import io.meltemi.pilot.translate.ConfigMetadata;
import io.meltemi.pilot.translate.Protos;

/// The way from a sidecar to its application. Thread-safe: pure.
public final class InboundClusterTranslation {
    private static final String IPV4 = "127.0.0.6";
    private static final String IPV6 = "::6";

    private InboundClusterTranslation() {}

    public static Cluster translate(InboundClusterInput input) {
        String name = ClusterNames.inbound(input.port());
        Cluster.Builder cluster =
                Cluster.newBuilder()
                        .setName(name)
                        .setAltStatName(input.statName())
                        .setType(DiscoveryType.STATIC)
                        .setMetadata(ConfigMetadata.of(input.service(), input.rule(), ""))
                        .setLoadAssignment(
                                ClusterLoadAssignment.newBuilder()
                                        .setClusterName(name)
                                        .addEndpoints(
                                                LocalityLbEndpoints.newBuilder()
                                                        .addLbEndpoints(
                                                                local(input.application()))));
        TrafficPolicyTranslation.apply(cluster, input.policy(), input.protocol());
        if (input.fromPod()
                && input.application() instanceof ApplicationAddress.Socket(HostPort at)) {
            cluster.setUpstreamBindConfig(exempt(at.host().indexOf(':') < 0 ? IPV4 : IPV6));
        }
        return cluster.build();
    }

    /// Istio: the pod's rules let this source pass, so that the sidecar does not call itself.
    static BindConfig exempt() {
        return exempt(IPV4);
    }

    private static BindConfig exempt(String source) {
        return BindConfig.newBuilder()
                .setSourceAddress(SocketAddress.newBuilder().setAddress(source).setPortValue(0))
                .build();
    }

    private static LbEndpoint local(ApplicationAddress application) {
        Address address =
                switch (application) {
                    case ApplicationAddress.Socket(HostPort at) ->
                            Protos.address(at.host(), at.port());
                    case ApplicationAddress.UnixSocket(String path) -> Protos.pipe(path);
                };
        return LbEndpoint.newBuilder()
                .setEndpoint(Endpoint.newBuilder().setAddress(address))
                .build();
    }
}
