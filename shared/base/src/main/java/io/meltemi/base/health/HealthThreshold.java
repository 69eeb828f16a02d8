package io.meltemi.base.health;

/// How many equal results in a row change a verdict. Immutable.
///
/// @param healthyAfter successes in a row that make an unhealthy target healthy
/// @param unhealthyAfter failures in a row that make a healthy target unhealthy
public record HealthThreshold(int healthyAfter, int unhealthyAfter) {
    public HealthThreshold {
        if (healthyAfter < 1 || unhealthyAfter < 1) {
            throw new IllegalArgumentException(
                    "thresholds must be at least 1, got "
                            + healthyAfter
                            + " and "
                            + unhealthyAfter);
        }
    }
}
