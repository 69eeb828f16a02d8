package io.meltemi.pilot.translate.grpc;

import com.google.protobuf.UInt64Value;
import io.envoyproxy.envoy.config.cluster.v3.CircuitBreakers;
import io.envoyproxy.envoy.config.cluster.v3.CircuitBreakers.Thresholds;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.DiscoveryType;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.LbPolicy;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.RingHashLbConfig;
import io.meltemi.model.config.ClientTls;
import io.meltemi.model.config.ConsistentHash;
import io.meltemi.model.config.ConsistentHash.Table;
import io.meltemi.model.config.LoadBalancer;
import io.meltemi.model.config.LoadBalancer.SimpleLb;
import io.meltemi.pilot.translate.Protos;
import io.meltemi.pilot.translate.cluster.ClusterInput;
import io.meltemi.pilot.translate.cluster.Discoveries;
import io.meltemi.pilot.translate.cluster.Discovery;
import io.meltemi.pilot.translate.endpoint.EndpointInput;
import java.util.List;
import java.util.Optional;

/// One port of a service, or a subset of it, for gRPC's clients. Immutable; the cache's key.
///
/// Of the policy gRPC knows the balancer, the number of requests at a time, and TLS.
public record GrpcClusterInput(ClusterInput cluster) {
    /// gRPC refuses larger rings.
    private static final long LARGEST_RING = 8L << 20;

    /// Empty where gRPC could not call as the mesh wants: to whatever address was called, to
    /// several names of DNS at once, with certificates that are written by hand, or after a PROXY
    /// header. Then there is no cluster, and calls fail, rather than go another way.
    public static Optional<GrpcClusterInput> of(ClusterInput cluster) {
        boolean written =
                cluster.policy()
                        .tls()
                        .map(ClientTls::mode)
                        .filter(ClientTls.Mode::isOwn)
                        .isPresent();
        if (written
                || cluster.policy().isPassthrough()
                || cluster.policy().proxyProtocol().isPresent()) {
            return Optional.empty();
        }
        return switch (cluster.discovery()) {
            case Discovery.Sent _, Discovery.FirstOfDns _ ->
                    Optional.of(new GrpcClusterInput(cluster));
            case Discovery.AllOfDns(EndpointInput names) ->
                    names.endpoints().size() == 1
                            ? Optional.of(new GrpcClusterInput(cluster))
                            : Optional.empty();
            case Discovery.CalledAddress _ -> Optional.empty();
        };
    }

    public String name() {
        return cluster.name();
    }

    public Cluster translate() {
        Cluster.Builder out = Cluster.newBuilder().setName(cluster.name());
        switch (cluster.discovery()) {
            case Discovery.Sent _ -> Discoveries.sent(out, cluster.name());
            case Discovery.FirstOfDns(EndpointInput name) ->
                    Discoveries.dns(out, DiscoveryType.LOGICAL_DNS, name);
            case Discovery.AllOfDns(EndpointInput names) ->
                    Discoveries.dns(out, DiscoveryType.LOGICAL_DNS, names);
            case Discovery.CalledAddress _ ->
                    throw new IllegalStateException(cluster.name() + " is none of gRPC's");
        }
        balanced(out);
        cluster.policy()
                .connectionPool()
                .ifPresent(pool ->
                        pool.http()
                                .http2MaxRequests()
                                .ifPresent(most -> {
                                    if (most > 0) {
                                        out.setCircuitBreakers(atMost(most));
                                    }
                                }));
        cluster.policy()
                .tls()
                .filter(tls -> tls.mode() == ClientTls.Mode.ISTIO_MUTUAL)
                .ifPresent(tls -> out.setTransportSocket(GrpcTls.client(names(tls))));
        return out.build();
    }

    private List<String> names(ClientTls tls) {
        return tls.subjectAltNames().isEmpty() ? cluster.identities() : tls.subjectAltNames();
    }

    /// Istio: gRPC's own choice, each in turn, unless somebody wrote otherwise. What gRPC does not
    /// have becomes its nearest.
    private void balanced(Cluster.Builder out) {
        Optional<LoadBalancer> balancer = cluster.policy().loadBalancer();
        Optional<Table> table =
                balancer.flatMap(LoadBalancer::consistentHash).map(ConsistentHash::table);
        if (table.isPresent()) {
            out.setLbPolicy(LbPolicy.RING_HASH);
            if (table.get() instanceof Table.RingHash(var size)) {
                size.ifPresent(n ->
                        out.setRingHashLbConfig(
                                RingHashLbConfig.newBuilder()
                                        .setMinimumRingSize(
                                                UInt64Value.of(Math.min(n, LARGEST_RING)))));
            }
            return;
        }
        boolean leastBusy =
                balancer.flatMap(LoadBalancer::simple)
                        .filter(SimpleLb.LEAST_REQUEST::equals)
                        .isPresent();
        out.setLbPolicy(leastBusy ? LbPolicy.LEAST_REQUEST : LbPolicy.ROUND_ROBIN);
    }

    private static CircuitBreakers atMost(int requests) {
        return CircuitBreakers.newBuilder()
                .addThresholds(Thresholds.newBuilder().setMaxRequests(Protos.uint32(requests)))
                .build();
    }
}
