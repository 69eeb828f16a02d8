package io.meltemi.proxy.observe.tracing;

import io.envoyproxy.envoy.type.v3.FractionalPercent;
import io.envoyproxy.envoy.type.v3.Percent;

/// How many requests are traced, in parts of 10,000. Immutable.
///
/// @param client of those whose client asks for it (`x-client-trace-id`)
/// @param random of all others
/// @param overall an upper limit on all of them
record Sampling(int client, int random, int overall) {
    static final int WHOLE = 10_000;

    static Sampling of(
            boolean hasClient,
            Percent client,
            boolean hasRandom,
            Percent random,
            boolean hasOverall,
            Percent overall) {
        return new Sampling(
                parts(hasClient, client), parts(hasRandom, random), parts(hasOverall, overall));
    }

    /// Envoy: absent means 100 %.
    private static int parts(boolean present, Percent percent) {
        return present ? (int) Math.round(percent.getValue() * 100) : WHOLE;
    }

    static int parts(boolean present, FractionalPercent percent) {
        if (!present) {
            return WHOLE;
        }
        long numerator = Integer.toUnsignedLong(percent.getNumerator());
        return (int)
                switch (percent.getDenominator()) {
                    case HUNDRED -> Math.min(WHOLE, numerator * 100);
                    case TEN_THOUSAND -> Math.min(WHOLE, numerator);
                    case MILLION -> Math.min(WHOLE, numerator / 100);
                    case UNRECOGNIZED -> WHOLE;
                };
    }
}
