package io.meltemi.proxy.cluster;

import io.meltemi.proxy.observe.stats.Counter;
import io.meltemi.proxy.observe.stats.Gauge;
import io.meltemi.proxy.observe.stats.StatsScope;

/// What active health checks count, under Envoy's names. Thread-safe.
public final class HealthCheckStats {
    public final Counter attempt;
    public final Counter success;
    public final Counter failure;
    public final Counter passiveFailure;
    public final Counter networkFailure;
    public final Counter verifyCluster;
    public final Gauge healthy;
    public final Gauge degraded;

    HealthCheckStats(StatsScope scope) {
        attempt = scope.counter("health_check.attempt");
        success = scope.counter("health_check.success");
        failure = scope.counter("health_check.failure");
        passiveFailure = scope.counter("health_check.passive_failure");
        networkFailure = scope.counter("health_check.network_failure");
        verifyCluster = scope.counter("health_check.verify_cluster");
        healthy = scope.gauge("health_check.healthy");
        degraded = scope.gauge("health_check.degraded");
    }
}
