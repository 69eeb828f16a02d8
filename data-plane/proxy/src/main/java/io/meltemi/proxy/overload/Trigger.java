package io.meltemi.proxy.overload;

/// How far a pressure makes something happen: 0 for not at all, 1 for fully. Immutable.
sealed interface Trigger {
    double state(double pressure);

    /// Fully from a pressure on.
    record Threshold(double value) implements Trigger {
        @Override
        public double state(double pressure) {
            return pressure >= value ? 1 : 0;
        }
    }

    /// More and more between two pressures.
    record Scaled(double from, double full) implements Trigger {
        @Override
        public double state(double pressure) {
            if (pressure <= from) {
                return 0;
            }
            return pressure >= full ? 1 : (pressure - from) / (full - from);
        }
    }
}
