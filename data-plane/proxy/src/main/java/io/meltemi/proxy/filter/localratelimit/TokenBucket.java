package io.meltemi.proxy.filter.localratelimit;

import io.meltemi.base.time.Ticker;
import java.util.concurrent.atomic.AtomicLong;

/// Tokens that trickle in and are taken out. Thread-safe: one atomic time stamp holds all.
///
/// Envoy fills evenly (`tokens_per_fill / fill_interval`), not once per interval, and starts full.
/// Kept is the moment at which the bucket was, or would have been, empty: the time since then is
/// its content.
public final class TokenBucket {
    private final Ticker ticker;
    private final long maxTokens;
    private final double nanosPerToken;
    private final AtomicLong emptyAt;

    public TokenBucket(Ticker ticker, long maxTokens, long tokensPerFill, long fillIntervalNanos) {
        this.ticker = ticker;
        this.maxTokens = maxTokens;
        nanosPerToken = (double) fillIntervalNanos / tokensPerFill;
        emptyAt = new AtomicLong(ticker.nanos() - fullNanos());
    }

    double nanosPerToken() {
        return nanosPerToken;
    }

    /// Takes one token, if there is one.
    public boolean take() {
        long now = ticker.nanos();
        while (true) {
            long was = emptyAt.get();
            long content = Math.min(now - was, fullNanos());
            if (content < nanosPerToken) {
                return false;
            }
            long next = now - content + Math.round(nanosPerToken);
            if (emptyAt.compareAndSet(was, next)) {
                return true;
            }
        }
    }

    private long fullNanos() {
        return Math.round(maxTokens * nanosPerToken);
    }
}
