package io.meltemi.xds.client;

import java.util.random.RandomGenerator;

/// How long to wait before the next attempt. Confined to its client.
///
/// Envoy: 500 ms doubling up to 30 s, with full jitter (`grpc_stream`, retry back-off). The ceiling
/// here is lower: a refused connection costs next to nothing, and a control plane that is back
/// should have its proxies within seconds.
final class Backoff {
    private static final long FIRST_MILLIS = 500;
    private static final long LONGEST_MILLIS = 4_000;

    private final RandomGenerator random;
    private long nextMillis = FIRST_MILLIS;

    Backoff(RandomGenerator random) {
        this.random = random;
    }

    /// Milliseconds: anything up to a ceiling that doubles each time.
    long next() {
        long ceiling = nextMillis;
        nextMillis = Math.min(2 * nextMillis, LONGEST_MILLIS);
        return random.nextLong(ceiling + 1);
    }

    /// The control plane answered.
    void reset() {
        nextMillis = FIRST_MILLIS;
    }
}
