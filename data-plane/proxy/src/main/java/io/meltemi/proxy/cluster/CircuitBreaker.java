package io.meltemi.proxy.cluster;

import java.util.concurrent.atomic.AtomicInteger;

/// One limit of a cluster over all workers. Thread-safe.
///
/// As in Envoy the limit is checked before the count rises, so that racing workers may pass it by
/// one each; a lock per request would cost more than that is worth.
public final class CircuitBreaker {
    private final AtomicInteger count = new AtomicInteger();
    private final int limit;

    public CircuitBreaker(int limit) {
        this.limit = limit;
    }

    /// Whether one more fits.
    public boolean allows() {
        return count.get() < limit;
    }

    public void increment() {
        count.incrementAndGet();
    }

    public void decrement() {
        count.decrementAndGet();
    }

    public int count() {
        return count.get();
    }

    public int limit() {
        return limit;
    }
}
