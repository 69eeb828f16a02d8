package io.meltemi.proxy.filter.network.connectionlimit;

import io.meltemi.proxy.filter.network.NetworkConnection;
import io.meltemi.proxy.filter.network.NetworkFilter;
import io.meltemi.proxy.loop.Timer;
import io.meltemi.proxy.observe.stats.Counter;
import io.meltemi.proxy.observe.stats.Gauge;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/// Lets no more than so many connections of a filter chain be open at once. Thread-safe: all
/// workers share one count.
final class ConnectionLimitFilter implements NetworkFilter {
    private final BooleanSupplier enabled;
    private final long most;
    private final long delayNanos;
    private final Gauge active;
    private final Counter limited;
    private final AtomicLong open = new AtomicLong();

    /// @param delayNanos how long a connection too many is held before it is closed
    ConnectionLimitFilter(
            BooleanSupplier enabled, long most, long delayNanos, Gauge active, Counter limited) {
        this.enabled = enabled;
        this.most = most;
        this.delayNanos = delayNanos;
        this.active = active;
        this.limited = limited;
    }

    @Override
    public boolean onConnection(NetworkConnection connection) {
        if (!enabled.getAsBoolean()) {
            return true;
        }
        active.add(connection.loop().index(), 1);
        // Envoy: one too many counts as well while it is held.
        boolean within = open.incrementAndGet() <= most;
        connection.onClosed(() -> {
            open.decrementAndGet();
            active.add(connection.loop().index(), -1);
        });
        if (within) {
            return true;
        }
        limited.increment(connection.loop().index());
        if (delayNanos == 0) {
            connection.close(null, null);
            return false;
        }
        Timer timer = new Timer(_ -> connection.close(null, null));
        connection.loop().timers().arm(timer, delayNanos);
        connection.onClosed(() -> connection.loop().timers().cancel(timer));
        return false;
    }
}
