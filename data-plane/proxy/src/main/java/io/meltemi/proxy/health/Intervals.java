package io.meltemi.proxy.health;

import io.meltemi.base.time.Ticker;
import io.meltemi.proxy.cluster.ClusterStats;
import io.meltemi.proxy.health.HealthSession.Transition;
import io.meltemi.proxy.runtime.RuntimeKeys;
import java.util.function.LongSupplier;

/// How long to wait before the next check. Confined to its event loop.
final class Intervals {
    static final long NANOS_PER_MILLI = 1_000_000L;

    private final HealthCheckSettings.Times times;
    private final ClusterStats stats;
    private final RuntimeKeys keys;
    private final LongSupplier random;
    private final Ticker ticker;

    /// @param random any numbers
    Intervals(
            HealthCheckSettings.Times times,
            ClusterStats stats,
            RuntimeKeys keys,
            LongSupplier random,
            Ticker ticker) {
        this.times = times;
        this.stats = stats;
        this.keys = keys;
        this.random = random;
        this.ticker = ticker;
    }

    long now() {
        return ticker.nanos();
    }

    /// In nanoseconds; 0 for at once.
    long beforeFirst() {
        return times.initialJitter() == 0 ? 0 : jittered(0, times.initialJitter());
    }

    /// In nanoseconds.
    long after(boolean passed, Transition transition) {
        boolean pending = transition == Transition.PENDING;
        long millis;
        if (!hadTraffic()) {
            millis = passed && !pending ? times.noTrafficHealthy() : times.noTraffic();
        } else if (passed) {
            millis = pending ? times.healthyEdge() : times.interval();
        } else {
            millis = pending ? times.unhealthyEdge() : times.unhealthy();
        }
        return jittered(millis, times.jitter());
    }

    private boolean hadTraffic() {
        return stats.connectionsTotal.isUsed()
                || stats.bytesSent.isUsed()
                || stats.bytesReceived.isUsed();
    }

    /// Envoy: bounded by runtime values, and never 0, which would keep it busy with nothing else.
    private long jittered(long millis, long jitter) {
        long wanted = millis;
        long share = times.jitterPercent() * millis / 100;
        if (share > 0) {
            wanted += Long.remainderUnsigned(random.getAsLong(), share);
        }
        if (jitter > 0) {
            wanted += Long.remainderUnsigned(random.getAsLong(), jitter);
        }
        long most = keys.number("health_check.max_interval", Long.MAX_VALUE);
        long least = keys.number("health_check.min_interval", 0);
        long bounded = Math.max(1, Math.max(Math.min(wanted, most), least));
        return bounded > Long.MAX_VALUE / NANOS_PER_MILLI
                ? Long.MAX_VALUE / 2
                : bounded * NANOS_PER_MILLI;
    }
}
