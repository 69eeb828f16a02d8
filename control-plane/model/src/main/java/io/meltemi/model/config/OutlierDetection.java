package io.meltemi.model.config;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/// When an instance that fails gets no calls for a while (Istio: `OutlierDetection`). Immutable.
///
/// @param consecutive5xxErrors 0 turns this detector off
/// @param consecutiveGatewayErrors 502, 503 and 504; 0 turns this detector off
/// @param localOrigin present when failures to connect and the like are counted apart from answers
/// @param interval from one look to the next
/// @param baseEjectionTime times the number of ejections
/// @param maxEjectionPercent of the instances; zero means unset
/// @param minHealthPercent below this share of healthy instances all are called; zero: never
public record OutlierDetection(
        OptionalInt consecutive5xxErrors,
        OptionalInt consecutiveGatewayErrors,
        Optional<LocalOrigin> localOrigin,
        Optional<Duration> interval,
        Optional<Duration> baseEjectionTime,
        OptionalInt maxEjectionPercent,
        OptionalInt minHealthPercent) {
    /// @param consecutiveFailures absent or zero: Envoy's choice, 5
    public record LocalOrigin(OptionalInt consecutiveFailures) {}
}
