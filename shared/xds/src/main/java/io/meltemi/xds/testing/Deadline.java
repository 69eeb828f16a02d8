package io.meltemi.xds.testing;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// Waits for what other threads do, up to ten seconds. Thread-safe: without state.
final class Deadline {
    private static final long SECONDS = 10;

    private Deadline() {}

    /// Looks again whenever the monitor is notified.
    ///
    /// @param seen what there is instead, for the message
    static <T> T await(Object monitor, String what, Supplier<Optional<T>> look, Supplier<?> seen) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        synchronized (monitor) {
            while (true) {
                Optional<T> found = look.get();
                if (found.isPresent()) {
                    return found.get();
                }
                long leftNanos = end - System.nanoTime();
                if (leftNanos <= 0) {
                    throw new AssertionError(
                            what + " did not come within " + SECONDS + " s; seen: " + seen.get());
                }
                try {
                    TimeUnit.NANOSECONDS.timedWait(monitor, leftNanos);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new AssertionError("interrupted while waiting for " + what, e);
                }
            }
        }
    }
}
