package io.meltemi.base.time.testing;

import io.meltemi.base.time.Ticker;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/// A clock that stands still until a test turns it. Thread-safe.
public final class FakeTicker implements Ticker {
    private final AtomicLong nanos = new AtomicLong();

    @Override
    public long nanos() {
        return nanos.get();
    }

    /// Turns the clock forward.
    public void advance(Duration by) {
        nanos.addAndGet(by.toNanos());
    }
}
