package io.meltemi.proxy.decide.retry;

/// How long a retry waits: exponential with full jitter, as Envoy's. Immutable.
public final class Backoff {
    private Backoff() {}

    /// The wait before a retry.
    ///
    /// Envoy: a random share of the base before the first retry, of twice the base before the
    /// second, doubling until the maximum.
    ///
    /// @param retry 1 for the first retry
    public static long nanos(RetryPolicy policy, int retry, long random) {
        return Long.remainderUnsigned(random, ceilingNanos(policy, retry));
    }

    /// What the wait before a retry stays below.
    static long ceilingNanos(RetryPolicy policy, int retry) {
        long ceiling = Math.max(1, policy.baseBackoffNanos());
        for (int i = 1; i < retry && ceiling < policy.maxBackoffNanos(); i++) {
            ceiling =
                    ceiling < policy.maxBackoffNanos() / 2 ? ceiling * 2 : policy.maxBackoffNanos();
        }
        return ceiling;
    }
}
