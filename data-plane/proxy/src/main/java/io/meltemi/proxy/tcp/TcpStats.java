package io.meltemi.proxy.tcp;

import io.meltemi.proxy.observe.stats.Counter;
import io.meltemi.proxy.observe.stats.Gauge;
import io.meltemi.proxy.observe.stats.StatsScope;
import io.meltemi.proxy.observe.stats.StatsStore;

/// The statistics of one TCP proxy, under Envoy's names (`tcp.PREFIX.`). Thread-safe.
public final class TcpStats {
    final Counter connectionsTotal;
    final Gauge connectionsActive;
    final Counter noRoute;
    final Counter bytesReceived;
    final Counter bytesSent;
    final Counter idleTimeout;
    final Counter maxDuration;

    public TcpStats(StatsStore store, String prefix) {
        StatsScope scope = store.scope("tcp." + prefix + '.');
        connectionsTotal = scope.counter("downstream_cx_total");
        connectionsActive = scope.gauge("downstream_cx_active");
        noRoute = scope.counter("downstream_cx_no_route");
        bytesReceived = scope.counter("downstream_cx_rx_bytes_total");
        bytesSent = scope.counter("downstream_cx_tx_bytes_total");
        idleTimeout = scope.counter("idle_timeout");
        maxDuration = scope.counter("max_downstream_connection_duration");
    }
}
