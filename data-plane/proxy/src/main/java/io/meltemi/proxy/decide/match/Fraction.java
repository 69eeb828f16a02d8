package io.meltemi.proxy.decide.match;

import io.meltemi.proxy.runtime.RuntimeKeys;

/// A share of all requests, as Envoy's `FractionalPercent` and `RuntimeFractionalPercent`.
/// Immutable, but for what stands under its key.
///
/// @param denominator 100, 10,000 or 1,000,000
/// @param key under which the runtime may have another share; empty for none
/// @param keys where that is asked, each time
public record Fraction(int numerator, int denominator, String key, RuntimeKeys keys) {
    public static final Fraction NONE = new Fraction(0, 100);
    public static final Fraction ALL = new Fraction(100, 100);

    /// A share that stays what it is.
    public Fraction(int numerator, int denominator) {
        this(numerator, denominator, "", RuntimeKeys.NONE);
    }

    /// Whether a request with this random number belongs to the share.
    public boolean includes(long random) {
        return key.isEmpty()
                ? Long.remainderUnsigned(random, denominator) < numerator
                : keys.draws(key, numerator, denominator, random);
    }

    /// Whether every request belongs to it, as long as the runtime does not say otherwise.
    public boolean isAll() {
        return numerator >= denominator;
    }

    /// As people read it: `10% of requests`.
    public String text() {
        double percent = 100.0 * numerator / denominator;
        String number =
                percent == Math.rint(percent)
                        ? Long.toString((long) percent)
                        : Double.toString(percent);
        return isAll() ? "all requests" : number + "% of requests";
    }
}
