package io.meltemi.pilot.push;

import io.meltemi.base.time.Ticker;
import java.time.Duration;

/// Makes one push out of many publications. Thread-safe.
///
/// The first is not delayed at all: a mesh that has just started has nothing to wait for.
public final class Debounce {
    private final long quietNanos;
    private final long longestNanos;
    private final Ticker ticker;
    private final Timer timer;
    private final Runnable push;

    // Guarded by this.
    private boolean started;

    // Guarded by this.
    private boolean immediate;

    // Guarded by this.
    private boolean waiting;

    // Guarded by this.
    private long firstNanos;

    // Guarded by this.
    private long lastNanos;

    /// @param quiet how long nothing must have been asked for
    /// @param longest but the first demand never waits longer than this
    /// @param push called by the timer, on its thread
    public Debounce(Duration quiet, Duration longest, Ticker ticker, Timer timer, Runnable push) {
        this.quietNanos = quiet.toNanos();
        this.longestNanos = longest.toNanos();
        this.ticker = ticker;
        this.timer = timer;
        this.push = push;
    }

    /// Asks for a push, soon.
    public synchronized void demand() {
        long now = ticker.nanos();
        lastNanos = now;
        if (waiting) {
            return;
        }
        waiting = true;
        firstNanos = now;
        immediate = !started;
        started = true;
        timer.after(Duration.ofNanos(immediate ? 0 : quietNanos), this::fire);
    }

    private void fire() {
        synchronized (this) {
            long now = ticker.nanos();
            long left = Math.min(lastNanos + quietNanos - now, firstNanos + longestNanos - now);
            if (left > 0 && !immediate) {
                timer.after(Duration.ofNanos(left), this::fire);
                return;
            }
            waiting = false;
        }
        push.run();
    }
}
