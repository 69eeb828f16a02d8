package io.meltemi.proxy.runtime;

/// Where parts of the proxy read runtime values. Thread-safe: an answer may be another one the next
/// time. `HOT`.
public interface RuntimeKeys {
    /// Nothing but defaults.
    RuntimeKeys NONE =
            new RuntimeKeys() {
                @Override
                public long number(String key, long usual) {
                    return usual;
                }

                @Override
                public boolean flag(String key, boolean usual) {
                    return usual;
                }

                @Override
                public boolean draws(
                        String key, long numerator, int denominator, long randomNumber) {
                    return Long.remainderUnsigned(randomNumber, denominator) < numerator;
                }
            };

    /// A whole number; `usual` when there is none under this key.
    long number(String key, long usual);

    /// A feature flag; `usual` when there is none under this key.
    boolean flag(String key, boolean usual);

    /// Whether a random number falls into the share under this key, or into the given one when
    /// there is none. A number under the key is a percentage.
    ///
    /// @param denominator 100, 10,000 or 1,000,000
    boolean draws(String key, long numerator, int denominator, long randomNumber);
}
