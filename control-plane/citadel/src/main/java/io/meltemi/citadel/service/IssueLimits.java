package io.meltemi.citadel.service;

import io.meltemi.base.identity.SpiffeId;
import io.meltemi.base.time.Ticker;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/// How many certificates one identity gets: a bucket of tokens each, so that a workload that has
/// gone wild takes nobody else's turn. Thread-safe.
///
/// All instances of a service share an identity, so the burst must hold all that start at once.
public final class IssueLimits {
    /// Beyond it the identity that was heard longest ago begins anew.
    static final int MAX_IDENTITIES = 10_000;

    private static final double NANOS = 1e9;

    private final double perSecond;
    private final double burst;
    private final Ticker ticker;

    /// The least recently heard first. Guarded by this.
    private final Map<SpiffeId, Bucket> buckets = new LinkedHashMap<>(16, 0.75f, true);

    private record Bucket(double tokens, long atNanos) {}

    /// @param perSecond certificates of one identity in the long run
    /// @param burst as many at once
    public IssueLimits(double perSecond, double burst, Ticker ticker) {
        this.perSecond = perSecond;
        this.burst = burst;
        this.ticker = ticker;
    }

    /// 20 a second and 1,000 at once: a service of a thousand instances may start over.
    public static IssueLimits standard(Ticker ticker) {
        return new IssueLimits(20, 1_000, ticker);
    }

    /// Takes a token, if there is one.
    synchronized boolean admit(SpiffeId identity) {
        long now = ticker.nanos();
        Bucket last = buckets.getOrDefault(identity, new Bucket(burst, now));
        double tokens = Math.min(burst, last.tokens + (now - last.atNanos) / NANOS * perSecond);
        boolean admitted = tokens >= 1;
        buckets.put(identity, new Bucket(admitted ? tokens - 1 : tokens, now));
        if (buckets.size() > MAX_IDENTITIES) {
            Iterator<SpiffeId> oldest = buckets.keySet().iterator();
            oldest.next();
            oldest.remove();
        }
        return admitted;
    }
}
