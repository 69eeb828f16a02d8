package io.meltemi.base.memory;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/// Gives a small process's heap back when it has nothing to do. Confined to its thread.
///
/// The serial collector lets the old generation grow to its limit before it looks what of it still
/// lives; only a full collection makes it smaller. A heap of 20 MB is collected in some 20 ms,
/// which nobody misses while no request is under way.
public final class IdleHeap {
    /// What is worth a collection.
    private static final long WORTH_BYTES = 3 << 20;

    /// A twentieth of one processor.
    private static final int QUIET_SHARE = 20;

    private static final Duration INTERVAL = Duration.ofSeconds(5);

    private final long intervalNanos;
    private long cpuNanos;
    private long leastBytes;

    /// @param cpuNanos what the process has used up to now
    IdleHeap(Duration interval, long cpuNanos) {
        this.intervalNanos = interval.toNanos();
        this.cpuNanos = cpuNanos;
    }

    /// Looks every five seconds, for as long as the process lives, on a daemon thread.
    public static void watch() {
        Thread.ofPlatform().name("idle-heap").daemon().start(IdleHeap::run);
    }

    private static void run() {
        IdleHeap heap = new IdleHeap(INTERVAL, cpu());
        while (true) {
            LockSupport.parkNanos(INTERVAL.toNanos());
            if (heap.isWorthCollecting(used(), cpu())) {
                System.gc();
                heap.collected(used());
            }
        }
    }

    /// Whether little happened since the last call and much of the heap may be garbage.
    boolean isWorthCollecting(long usedBytes, long cpuNow) {
        boolean quiet = (cpuNow - cpuNanos) * QUIET_SHARE < intervalNanos;
        cpuNanos = cpuNow;
        return quiet && usedBytes - leastBytes > WORTH_BYTES;
    }

    /// What was left over.
    void collected(long usedBytes) {
        leastBytes = usedBytes;
    }

    private static long used() {
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    private static long cpu() {
        return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO).toNanos();
    }
}
