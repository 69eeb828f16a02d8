package io.meltemi.pilot.translate.cluster;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.DiscoveryType;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.LbPolicy;
import io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions;
import io.meltemi.model.config.MeshConfig.Upstream;
import io.meltemi.pilot.translate.ClusterNames;
import io.meltemi.pilot.translate.Protos;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// The clusters that stand for no service. Thread-safe: pure.
public final class FixedClusters {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

    private FixedClusters() {}

    /// What every sidecar in a pod has.
    public static List<Cluster> ofPod(Upstream mesh) {
        Duration timeout = mesh.connectTimeout().orElse(CONNECT_TIMEOUT);
        return List.of(
                blackHole(),
                passthrough(ClusterNames.PASSTHROUGH, timeout)
                        .setCircuitBreakers(
                                TrafficPolicyTranslation.circuitBreakers(
                                        mesh.pool(), Optional.empty()))
                        .build(),
                passthrough(ClusterNames.INBOUND_PASSTHROUGH, timeout)
                        .setUpstreamBindConfig(InboundClusterTranslation.exempt())
                        .build());
    }

    /// Has no endpoints: whoever is sent there is refused.
    public static Cluster blackHole() {
        return Cluster.newBuilder()
                .setName(ClusterNames.BLACK_HOLE)
                .setType(DiscoveryType.STATIC)
                .setConnectTimeout(Protos.duration(CONNECT_TIMEOUT))
                .build();
    }

    private static Cluster.Builder passthrough(String name, Duration connectTimeout) {
        HttpProtocolOptions asTheCaller =
                HttpProtocolOptions.newBuilder()
                        .setUseDownstreamProtocolConfig(UpstreamHttpTranslation.asTheClient())
                        .build();
        return Cluster.newBuilder()
                .setName(name)
                .setType(DiscoveryType.ORIGINAL_DST)
                .setLbPolicy(LbPolicy.CLUSTER_PROVIDED)
                .setConnectTimeout(Protos.duration(connectTimeout))
                .setCircuitBreakers(
                        TrafficPolicyTranslation.circuitBreakers(
                                Optional.empty(), Optional.empty()))
                .putTypedExtensionProtocolOptions(
                        UpstreamHttpTranslation.KEY, Protos.any(asTheCaller));
    }
}
