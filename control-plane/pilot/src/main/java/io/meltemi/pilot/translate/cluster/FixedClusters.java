package io.meltemi.pilot.translate.cluster;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.DiscoveryType;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.LbPolicy;
import io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions;
import io.meltemi.pilot.translate.ClusterNames;
import io.meltemi.pilot.translate.Protos;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// The clusters that stand for no service. Thread-safe: pure.
public final class FixedClusters {
    private FixedClusters() {}

    /// What every sidecar in a pod has.
    public static List<Cluster> ofPod() {
        return List.of(
                blackHole(),
                passthrough(ClusterNames.PASSTHROUGH).build(),
                passthrough(ClusterNames.INBOUND_PASSTHROUGH)
                        .setUpstreamBindConfig(InboundClusterTranslation.exempt())
                        .build());
    }

    /// Has no endpoints: whoever is sent there is refused.
    public static Cluster blackHole() {
        return Cluster.newBuilder()
                .setName(ClusterNames.BLACK_HOLE)
                .setType(DiscoveryType.STATIC)
                .setConnectTimeout(Protos.duration(Duration.ofSeconds(10)))
                .build();
    }

    private static Cluster.Builder passthrough(String name) {
        HttpProtocolOptions asTheCaller =
                HttpProtocolOptions.newBuilder()
                        .setUseDownstreamProtocolConfig(UpstreamHttpTranslation.asTheClient())
                        .build();
        return Cluster.newBuilder()
                .setName(name)
                .setType(DiscoveryType.ORIGINAL_DST)
                .setLbPolicy(LbPolicy.CLUSTER_PROVIDED)
                .setConnectTimeout(Protos.duration(Duration.ofSeconds(10)))
                .setCircuitBreakers(
                        TrafficPolicyTranslation.circuitBreakers(
                                Optional.empty(), Optional.empty()))
                .putTypedExtensionProtocolOptions(
                        UpstreamHttpTranslation.KEY, Protos.any(asTheCaller));
    }
}
