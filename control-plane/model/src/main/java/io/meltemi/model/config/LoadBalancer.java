package io.meltemi.model.config;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;

/// Which instance gets the next call (Istio: `LoadBalancerSettings`). Immutable.
///
/// @param simple absent: Istio's choice, `LEAST_REQUEST`
/// @param consistentHash instead of it: calls that are alike get the same instance
/// @param warmup how new instances start; `ROUND_ROBIN` and `LEAST_REQUEST` only
/// @param locality how much the place of an instance counts; absent: near ones come first where
///   broken ones are found out
public record LoadBalancer(
        Optional<SimpleLb> simple,
        Optional<ConsistentHash> consistentHash,
        Optional<Warmup> warmup,
        Optional<LocalityLb> locality) {
    public enum SimpleLb {
        ROUND_ROBIN,
        LEAST_REQUEST,
        RANDOM,
        PASSTHROUGH
    }

    /// A new instance gets a share that grows to its full one.
    ///
    /// @param minimumPercent of the full share, at the start; absent: Envoy's choice, 10
    /// @param aggression above 1 the share grows slowly at first; absent: evenly
    public record Warmup(
            Duration duration, OptionalDouble minimumPercent, OptionalDouble aggression) {}
}
