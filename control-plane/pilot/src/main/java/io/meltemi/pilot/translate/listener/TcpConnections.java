package io.meltemi.pilot.translate.listener;

import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy;
import io.envoyproxy.envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy.TunnelingConfig;
import io.envoyproxy.envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy.WeightedCluster;
import io.envoyproxy.envoy.type.v3.HashPolicy;
import io.meltemi.base.net.HostPort;
import io.meltemi.pilot.translate.Protos;

/// Connections that are carried as they are. Thread-safe: pure.
final class TcpConnections {
    private TcpConnections() {}

    /// @param direction `inbound` or `outbound`
    static Filter proxy(String cluster, Observability observability, String direction) {
        return filter(
                TcpProxy.newBuilder().setStatPrefix(cluster).setCluster(cluster),
                observability,
                direction);
    }

    /// Istio: counters of several shares have the rule's name.
    static Filter proxy(ConnectionChain chain, Observability observability, String direction) {
        TcpProxy.Builder proxy = TcpProxy.newBuilder();
        ConnectionChain.Settings settings = chain.settings();
        settings.idle().ifPresent(d -> proxy.setIdleTimeout(Protos.duration(d)));
        settings.longest()
                .ifPresent(d -> proxy.setMaxDownstreamConnectionDuration(Protos.duration(d)));
        if (settings.bySourceAddress()) {
            proxy.addHashPolicy(
                    HashPolicy.newBuilder().setSourceIp(HashPolicy.SourceIp.getDefaultInstance()));
        }
        settings.tunnel()
                .ifPresent(t ->
                        proxy.setTunnelingConfig(
                                TunnelingConfig.newBuilder()
                                        .setHostname(
                                                new HostPort(t.targetHost(), t.targetPort())
                                                        .toString())));
        if (chain.shares().size() == 1) {
            String cluster = chain.shares().getFirst().cluster();
            return filter(
                    proxy.setStatPrefix(cluster).setCluster(cluster), observability, direction);
        }
        WeightedCluster.Builder clusters = WeightedCluster.newBuilder();
        chain.shares()
                .forEach(share ->
                        clusters.addClusters(
                                WeightedCluster.ClusterWeight.newBuilder()
                                        .setName(share.cluster())
                                        .setWeight(share.weight())));
        return filter(
                proxy.setStatPrefix(chain.rule()).setWeightedClusters(clusters),
                observability,
                direction);
    }

    private static Filter filter(
            TcpProxy.Builder proxy, Observability observability, String direction) {
        proxy.addAllAccessLog(AccessLogs.tcp(observability, direction));
        return Filter.newBuilder()
                .setName("envoy.filters.network.tcp_proxy")
                .setTypedConfig(Protos.any(proxy.build()))
                .build();
    }
}
