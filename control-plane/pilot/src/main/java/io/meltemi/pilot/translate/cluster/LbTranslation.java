package io.meltemi.pilot.translate.cluster;

import com.google.protobuf.UInt64Value;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.LbPolicy;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.LeastRequestLbConfig;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.MaglevLbConfig;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.RingHashLbConfig;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.RoundRobinLbConfig;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.SlowStartConfig;
import io.envoyproxy.envoy.config.core.v3.RuntimeDouble;
import io.envoyproxy.envoy.type.v3.Percent;
import io.meltemi.model.config.ConsistentHash;
import io.meltemi.model.config.ConsistentHash.Table;
import io.meltemi.model.config.LoadBalancer;
import io.meltemi.model.config.LoadBalancer.SimpleLb;
import io.meltemi.model.config.LoadBalancer.Warmup;
import io.meltemi.pilot.translate.Protos;
import java.util.Optional;
import java.util.OptionalLong;

/// Which endpoint of a cluster gets the next call. Thread-safe: pure.
final class LbTranslation {
    /// Envoy wants a key by which its operator could change the value; nobody sets this one.
    private static final String RUNTIME_KEY = "meltemi.warmup.aggression";

    private LbTranslation() {}

    static void apply(Cluster.Builder cluster, Optional<LoadBalancer> balancer) {
        Optional<SlowStartConfig> start =
                balancer.flatMap(LoadBalancer::warmup).map(LbTranslation::slowStart);
        Optional<ConsistentHash> hash = balancer.flatMap(LoadBalancer::consistentHash);
        if (hash.isPresent()) {
            table(cluster, hash.get().table());
            return;
        }
        switch (balancer.flatMap(LoadBalancer::simple).orElse(SimpleLb.LEAST_REQUEST)) {
            case ROUND_ROBIN -> {
                cluster.setLbPolicy(LbPolicy.ROUND_ROBIN);
                start.ifPresent(s ->
                        cluster.setRoundRobinLbConfig(
                                RoundRobinLbConfig.newBuilder().setSlowStartConfig(s)));
            }
            case LEAST_REQUEST -> {
                cluster.setLbPolicy(LbPolicy.LEAST_REQUEST);
                start.ifPresent(s ->
                        cluster.setLeastRequestLbConfig(
                                LeastRequestLbConfig.newBuilder().setSlowStartConfig(s)));
            }
            case RANDOM -> cluster.setLbPolicy(LbPolicy.RANDOM);
            case PASSTHROUGH -> cluster.setLbPolicy(LbPolicy.CLUSTER_PROVIDED);
        }
    }

    private static void table(Cluster.Builder cluster, Table table) {
        switch (table) {
            case Table.RingHash(OptionalLong size) -> {
                cluster.setLbPolicy(LbPolicy.RING_HASH);
                size.ifPresent(n ->
                        cluster.setRingHashLbConfig(
                                RingHashLbConfig.newBuilder()
                                        .setMinimumRingSize(UInt64Value.of(n))));
            }
            case Table.Maglev(long size) ->
                    cluster.setLbPolicy(LbPolicy.MAGLEV)
                            .setMaglevLbConfig(
                                    MaglevLbConfig.newBuilder().setTableSize(UInt64Value.of(size)));
        }
    }

    private static SlowStartConfig slowStart(Warmup warmup) {
        SlowStartConfig.Builder out =
                SlowStartConfig.newBuilder().setSlowStartWindow(Protos.duration(warmup.duration()));
        warmup.aggression()
                .ifPresent(a ->
                        out.setAggression(
                                RuntimeDouble.newBuilder()
                                        .setDefaultValue(a)
                                        .setRuntimeKey(RUNTIME_KEY)));
        warmup.minimumPercent()
                .ifPresent(p -> out.setMinWeightPercent(Percent.newBuilder().setValue(p)));
        return out.build();
    }
}
