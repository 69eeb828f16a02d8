package io.meltemi.proxy.dns;

import io.meltemi.proxy.observe.stats.Counter;
import io.meltemi.proxy.observe.stats.Gauge;
import io.meltemi.proxy.observe.stats.StatsScope;

/// What a DNS cache counts, by Envoy's names under `dns_cache.NAME.`. Thread-safe.
final class DnsCacheStats {
    final Counter attempt;
    final Counter success;
    final Counter failure;
    final Counter timeout;
    final Counter moved;
    final Counter hostOverflow;
    final Counter pendingOverflow;
    private final Counter added;
    private final Counter removed;
    private final Gauge hosts;
    private final Gauge open;
    private final Gauge remaining;
    private final int maxPending;

    DnsCacheStats(StatsScope scope, int maxPending) {
        this.maxPending = maxPending;
        attempt = scope.counter("dns_query_attempt");
        success = scope.counter("dns_query_success");
        failure = scope.counter("dns_query_failure");
        timeout = scope.counter("dns_query_timeout");
        moved = scope.counter("host_address_changed");
        hostOverflow = scope.counter("host_overflow");
        pendingOverflow = scope.counter("dns_rq_pending_overflow");
        added = scope.counter("host_added");
        removed = scope.counter("host_removed");
        hosts = scope.gauge("num_hosts");
        open = scope.gauge("circuit_breakers.rq_pending_open");
        remaining = scope.gauge("circuit_breakers.rq_pending_remaining");
        remaining.set(maxPending);
    }

    void added(int total) {
        added.increment();
        hosts.set(total);
    }

    void removed(int total) {
        removed.increment();
        hosts.set(total);
    }

    void pending(int count) {
        open.set(count >= maxPending ? 1 : 0);
        remaining.set(Math.max(0, maxPending - count));
    }
}
