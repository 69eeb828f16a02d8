package io.meltemi.proxy.cluster;

import java.util.Map;

/// When an endpoint is taken out for a while (Envoy's `outlier_detection`). Immutable.
///
/// @param splitLocalErrors whether failures to connect count for themselves
/// @param intervalNanos how often rates are looked at, and ejections for those that are over
/// @param jitterNanos by how much chance may prolong an ejection
/// @param alwaysEjectOne whether one endpoint may go whatever `maxEjectionPercent` says
/// @param returnsWhenChecked whether an endpoint whose active health check succeeds is let back
/// @param enforcing how many of 100 detections of a kind have consequences
public record OutlierSettings(
        int consecutive5xx,
        int consecutiveGatewayFailures,
        int consecutiveLocalFailures,
        boolean splitLocalErrors,
        long intervalNanos,
        long baseEjectionNanos,
        long maxEjectionNanos,
        long jitterNanos,
        int maxEjectionPercent,
        boolean alwaysEjectOne,
        boolean returnsWhenChecked,
        SuccessRate successRate,
        FailurePercentage failurePercentage,
        Map<Kind, Integer> enforcing) {
    public OutlierSettings {
        enforcing = Map.copyOf(enforcing);
    }

    /// How far below the others an endpoint may be. Immutable.
    ///
    /// @param stdevFactor how many standard deviations below the mean
    public record SuccessRate(int minimumHosts, int requestVolume, double stdevFactor) {}

    /// How many of its requests may fail. Immutable.
    public record FailurePercentage(int minimumHosts, int requestVolume, double threshold) {}

    /// What an endpoint can be ejected for.
    public enum Kind {
        CONSECUTIVE_5XX("consecutive_5xx"),
        CONSECUTIVE_GATEWAY_FAILURE("consecutive_gateway_failure"),
        CONSECUTIVE_LOCAL_ORIGIN_FAILURE("consecutive_local_origin_failure"),
        SUCCESS_RATE("success_rate"),
        LOCAL_ORIGIN_SUCCESS_RATE("local_origin_success_rate"),
        FAILURE_PERCENTAGE("failure_percentage"),
        LOCAL_ORIGIN_FAILURE_PERCENTAGE("local_origin_failure_percentage");

        private final String statName;

        Kind(String statName) {
            this.statName = statName;
        }

        /// As Envoy's statistics call it.
        public String statName() {
            return statName;
        }
    }

    int enforcing(Kind kind) {
        return enforcing.getOrDefault(kind, 0);
    }

    long longestEjectionNanos() {
        return Math.max(baseEjectionNanos, maxEjectionNanos);
    }
}
