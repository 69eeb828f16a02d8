package io.meltemi.proxy.filter.healthcheck;

import io.meltemi.base.time.Ticker;
import org.jspecify.annotations.Nullable;

/// The last answer of the service to a health check. Thread-safe: one immutable value.
///
/// Envoy: a clock that runs from the start forgets it at each multiple of the time, however new it
/// is.
final class AnswerCache {
    private final Ticker ticker;
    private final long nanos;
    private final long began;
    private volatile @Nullable Answer last;

    /// @param until when it is forgotten
    record Answer(int status, boolean degraded, long until) {}

    AnswerCache(Ticker ticker, long nanos) {
        this.ticker = ticker;
        this.nanos = nanos;
        began = ticker.nanos();
    }

    /// Null when there is none or it was forgotten.
    @Nullable Answer get() {
        Answer answer = last;
        return answer == null || ticker.nanos() - answer.until >= 0 ? null : answer;
    }

    void put(int status, boolean degraded) {
        long periods = (ticker.nanos() - began) / nanos;
        last = new Answer(status, degraded, began + (periods + 1) * nanos);
    }
}
