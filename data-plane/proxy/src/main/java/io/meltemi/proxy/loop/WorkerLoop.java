package io.meltemi.proxy.loop;

import io.meltemi.base.time.Ticker;
import io.netty.channel.EventLoop;

/// What all connections of one worker share. Confined to its event loop.
public final class WorkerLoop {
    private static final int SCRATCH_BYTES = 64 * 1024;

    private final EventLoop eventLoop;
    private final LoopClock clock;
    private final TimerQueue timers;
    private final FlushQueue flushes;
    private final ConnectionRecords connectionRecords;
    private final TimeoutScale timeouts;
    private final int index;
    private byte[] scratch = new byte[0];

    /// @param index which worker this is, from 0: where its statistics go
    /// @param connectionRecords shared by all workers of a proxy
    public WorkerLoop(
            EventLoop eventLoop, Ticker ticker, int index, ConnectionRecords connectionRecords) {
        this(eventLoop, ticker, index, connectionRecords, TimeoutScale.Minimums.NONE);
    }

    /// @param minimums how short timeouts may become
    public WorkerLoop(
            EventLoop eventLoop,
            Ticker ticker,
            int index,
            ConnectionRecords connectionRecords,
            TimeoutScale.Minimums minimums) {
        this.timeouts = new TimeoutScale(minimums);
        this.index = index;
        this.connectionRecords = connectionRecords;
        this.eventLoop = eventLoop;
        this.clock = new LoopClock(eventLoop, ticker);
        this.timers = new TimerQueue(eventLoop, ticker, clock);
        this.flushes = new FlushQueue(eventLoop);
    }

    public EventLoop eventLoop() {
        return eventLoop;
    }

    public int index() {
        return index;
    }

    public ConnectionRecords connectionRecords() {
        return connectionRecords;
    }

    public TimerQueue timers() {
        return timers;
    }

    public TimeoutScale timeouts() {
        return timeouts;
    }

    public FlushQueue flushes() {
        return flushes;
    }

    /// When this turn of the loop began, within what its sockets have cost so far.
    public long nanos() {
        return clock.nanos();
    }

    /// Bytes to work in until the caller returns; nobody's content survives.
    public byte[] scratch(int atLeast) {
        if (scratch.length < atLeast) {
            scratch = new byte[Math.max(SCRATCH_BYTES, Integer.highestOneBit(atLeast - 1) << 1)];
        }
        return scratch;
    }
}
