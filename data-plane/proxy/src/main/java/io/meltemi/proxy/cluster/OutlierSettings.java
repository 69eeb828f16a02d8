package io.meltemi.proxy.cluster;

/// When an endpoint is taken out for a while (Envoy's `outlier_detection`). Immutable.
///
/// @param consecutive5xx 0 when this rule is off; likewise the next two
/// @param splitLocalErrors whether failures to connect count for themselves
/// @param intervalNanos how often ejections are looked through for those that are over
public record OutlierSettings(
        int consecutive5xx,
        int consecutiveGatewayFailures,
        int consecutiveLocalFailures,
        boolean splitLocalErrors,
        long intervalNanos,
        long baseEjectionNanos,
        long maxEjectionNanos,
        int maxEjectionPercent) {}
