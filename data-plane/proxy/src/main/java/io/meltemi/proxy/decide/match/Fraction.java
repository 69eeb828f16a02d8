package io.meltemi.proxy.decide.match;

/// A share of all requests, as Envoy's `FractionalPercent`. Immutable.
///
/// @param denominator 100, 10,000 or 1,000,000
public record Fraction(int numerator, int denominator) {
    public static final Fraction NONE = new Fraction(0, 100);
    public static final Fraction ALL = new Fraction(100, 100);

    /// Whether a request with this random number belongs to the share.
    public boolean includes(long random) {
        return Long.remainderUnsigned(random, denominator) < numerator;
    }
}
