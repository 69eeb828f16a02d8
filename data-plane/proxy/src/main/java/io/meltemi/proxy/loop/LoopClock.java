package io.meltemi.proxy.loop;

import io.meltemi.base.time.Ticker;
import io.netty.channel.EventLoop;

/// Reads the system's clock once in each turn of an event loop: a request asks for the time a dozen
/// times, and each reading costs as much as a small header. Confined to its event loop; elsewhere
/// it reads anew. `HOT`.
///
/// Envoy's event library does the same for timers.
final class LoopClock implements Ticker {
    private final EventLoop eventLoop;
    private final Ticker ticker;
    private final Runnable forget = this::forget;
    private long now;
    private boolean isKnown;

    /// @param ticker read at every call unless it is the system's: others are moved by tests
    LoopClock(EventLoop eventLoop, Ticker ticker) {
        this.eventLoop = eventLoop;
        this.ticker = ticker;
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // the system's ticker itself is meant
    public long nanos() {
        if (isKnown && eventLoop.inEventLoop()) {
            return now;
        }
        long read = ticker.nanos();
        if (ticker == Ticker.SYSTEM && eventLoop.inEventLoop()) {
            now = read;
            isKnown = true;
            // Tasks run after all ready sockets were read: that is the end of the turn.
            eventLoop.execute(forget);
        }
        return read;
    }

    private void forget() {
        isKnown = false;
    }
}
