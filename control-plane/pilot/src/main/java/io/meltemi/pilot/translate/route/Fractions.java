package io.meltemi.pilot.translate.route;

import io.envoyproxy.envoy.type.v3.FractionalPercent;
import io.envoyproxy.envoy.type.v3.FractionalPercent.DenominatorType;

/// Shares of requests. Thread-safe: stateless.
final class Fractions {
    private Fractions() {}

    /// @param percent 0 to 100, to four places
    static FractionalPercent of(double percent) {
        return FractionalPercent.newBuilder()
                .setNumerator((int) Math.round(percent * 10_000))
                .setDenominator(DenominatorType.MILLION)
                .build();
    }
}
