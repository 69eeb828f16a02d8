package io.meltemi.model.config;

import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/// How a destination is called (Istio: `TrafficPolicy`). Immutable.
public record TrafficPolicy(
        Optional<LoadBalancer> loadBalancer,
        Optional<ConnectionPool> connectionPool,
        Optional<OutlierDetection> outlierDetection,
        Optional<RetryBudget> retryBudget) {
    /// How many retries may be under way, as a share of the requests under way.
    ///
    /// @param percent absent: 20
    /// @param minRetryConcurrency that many are always allowed; absent or zero: 3
    public record RetryBudget(OptionalDouble percent, OptionalInt minRetryConcurrency) {}
}
