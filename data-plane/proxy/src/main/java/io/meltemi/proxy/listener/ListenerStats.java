package io.meltemi.proxy.listener;

import io.meltemi.proxy.observe.stats.Counter;
import io.meltemi.proxy.observe.stats.Gauge;
import io.meltemi.proxy.observe.stats.StatsScope;
import io.meltemi.proxy.observe.stats.StatsStore;
import java.util.concurrent.atomic.AtomicLong;

/// The statistics of one listener, under Envoy's names (`listener.ADDRESS.`). Thread-safe.
public final class ListenerStats {
    final Counter connectionsTotal;
    final Gauge connectionsActive;
    final Counter connectionsDestroy;
    final Counter connectionsOverflow;
    final Counter globalOverflow;
    final Counter overloadReject;
    final Counter noFilterChainMatch;
    final Counter inspectTimeout;
    final Counter connectionErrors;
    final Counter bugs;

    /// Connections that are open, over all workers.
    final AtomicLong open = new AtomicLong();

    public ListenerStats(StatsStore store, String name) {
        StatsScope scope = store.scope("listener." + name + '.');
        connectionsTotal = scope.counter("downstream_cx_total");
        connectionsActive = scope.gauge("downstream_cx_active");
        connectionsDestroy = scope.counter("downstream_cx_destroy");
        connectionsOverflow = scope.counter("downstream_cx_overflow");
        globalOverflow = scope.counter("downstream_global_cx_overflow");
        overloadReject = scope.counter("downstream_cx_overload_reject");
        noFilterChainMatch = scope.counter("no_filter_chain_match");
        // Ours: Envoy counts neither.
        connectionErrors = scope.counter("downstream_cx_error");
        bugs = scope.counter("bug_total");
        inspectTimeout = scope.counter("downstream_pre_cx_timeout");
    }
}
