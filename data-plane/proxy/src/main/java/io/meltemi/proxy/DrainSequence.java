package io.meltemi.proxy;

import io.meltemi.base.time.Ticker;
import io.meltemi.proxy.http.Draining;
import java.util.concurrent.ThreadLocalRandom;

/// The end of a proxy's service, begun by the admin endpoint: more and more responses tell their
/// clients to connect anew. Thread-safe.
///
/// Envoy: with the gradual strategy the share of responses that end their connections grows evenly
/// over the drain time.
final class DrainSequence {
    private final Ticker ticker;
    private final Draining.Time time;
    private volatile long beganNanos;
    private volatile boolean began;

    DrainSequence(Ticker ticker, Draining.Time time) {
        this.ticker = ticker;
        this.time = time;
    }

    /// False when it has begun before.
    synchronized boolean begin() {
        if (began) {
            return false;
        }
        beganNanos = ticker.nanos();
        began = true;
        return true;
    }

    /// Whether the response that begins now ends its connection. `HOT`.
    boolean endsConnection() {
        if (!began) {
            return false;
        }
        return !time.gradual()
                || ThreadLocalRandom.current().nextLong(Math.max(1, time.nanos()))
                        < ticker.nanos() - beganNanos;
    }
}
