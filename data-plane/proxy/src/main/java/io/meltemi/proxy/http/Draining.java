package io.meltemi.proxy.http;

import java.util.SplittableRandom;

/// A drain that has begun: connections of a listener or filter chain that is gone are to end with
/// one of their next responses. Immutable.
///
/// Envoy: the share of responses that end their connection grows evenly over the drain time, so
/// that not all clients connect anew at once; with the strategy `immediate` it is all of them.
///
/// @param beganNanos ticker reading
/// @param time how long it lasts
public record Draining(long beganNanos, Time time) {
    /// @param nanos how long connections may stay
    /// @param gradual Envoy's `--drain-strategy`
    public record Time(long nanos, boolean gradual) {
        /// Envoy's: ten minutes, gradually.
        public static final Time DEFAULT = new Time(600_000_000_000L, true);
    }

    /// Whether the response that is beginning ends its connection.
    boolean endsWithThis(long nowNanos, SplittableRandom random) {
        long passed = nowNanos - beganNanos;
        return !time.gradual()
                || passed >= time.nanos()
                || random.nextLong(Math.max(1, time.nanos())) < passed;
    }
}
