package io.meltemi.proxy.cluster;

import io.meltemi.proxy.observe.stats.Gauge;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// One limit of a cluster over all workers. Thread-safe.
///
/// As in Envoy the limit is checked before the count rises, so that racing workers may pass it by
/// one each; a lock per request would cost more than that is worth.
public final class CircuitBreaker {
    private final AtomicInteger count = new AtomicInteger();
    private final int limit;
    private final Gauge open;
    private final @Nullable Gauge remaining;

    /// @param open 1 while no more fits
    /// @param remaining how many more fit; null: nobody wants to know
    CircuitBreaker(int limit, Gauge open, @Nullable Gauge remaining) {
        this.limit = limit;
        this.open = open;
        this.remaining = remaining;
        tell(0);
    }

    /// Whether one more fits.
    public boolean allows() {
        return count.get() < limit;
    }

    public void increment() {
        int now = count.incrementAndGet();
        if (now == limit) {
            open.set(1);
        }
        tell(now);
    }

    public void decrement() {
        int now = count.decrementAndGet();
        if (now == limit - 1) {
            open.set(0);
        }
        tell(now);
    }

    private void tell(int now) {
        if (remaining != null) {
            remaining.set(Math.max(0, limit - now));
        }
    }

    public int count() {
        return count.get();
    }

    public int limit() {
        return limit;
    }
}
