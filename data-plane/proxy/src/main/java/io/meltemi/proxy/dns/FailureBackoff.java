package io.meltemi.proxy.dns;

import java.util.concurrent.ThreadLocalRandom;

/// How long until a resolver that failed is asked again: longer each time. Immutable.
///
/// @param mostNanos at most; equal to the base for always the same
public record FailureBackoff(long baseNanos, long mostNanos) {
    private static final int MOST_DOUBLINGS = 30;

    /// Envoy: anything up to the time that doubles with each failure.
    ///
    /// @param failures in a row, 1 or more
    public long nanos(int failures) {
        int doublings = Math.min(failures - 1, MOST_DOUBLINGS);
        // What overflows is more than the most.
        long doubled =
                baseNanos > (Long.MAX_VALUE >> doublings) ? mostNanos : baseNanos << doublings;
        return ThreadLocalRandom.current().nextLong(1, Math.max(2, Math.min(doubled, mostNanos)));
    }
}
