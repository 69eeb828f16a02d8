package io.meltemi.pilot.translate.listener;

import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy;
import io.meltemi.pilot.translate.Protos;

/// Connections that are carried as they are. Thread-safe: pure.
final class TcpConnections {
    private TcpConnections() {}

    /// @param direction `inbound` or `outbound`
    static Filter proxy(String cluster, Observability observability, String direction) {
        TcpProxy proxy =
                TcpProxy.newBuilder()
                        .setStatPrefix(cluster)
                        .setCluster(cluster)
                        .addAllAccessLog(AccessLogs.tcp(observability, direction))
                        .build();
        return Filter.newBuilder()
                .setName("envoy.filters.network.tcp_proxy")
                .setTypedConfig(Protos.any(proxy))
                .build();
    }
}
