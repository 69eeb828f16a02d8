package io.meltemi.pilot;

import io.meltemi.model.config.OutboundPolicy;
import java.time.Duration;
import java.util.Optional;

/// How Pilot translates and pushes. Immutable.
///
/// @param trustNodeClaims whether a proxy without a proven identity is served: only for the
///   plain-text port, which is off unless asked for
/// @param outboundPolicy what happens to calls that leave the known services
/// @param telemetry whether proxies report each request to Mixer
/// @param accessLogPath where proxies also write a JSON line per request, e.g. `/dev/stdout`
/// @param tracing whether proxies send spans to Mixer
/// @param tracingSamplingPercent of the requests that nobody has decided on yet, 0 to 100
/// @param quiet a push waits until nothing was published for so long
/// @param longestDelay but never longer than this
public record PilotSettings(
        boolean trustNodeClaims,
        OutboundPolicy outboundPolicy,
        boolean telemetry,
        Optional<String> accessLogPath,
        boolean tracing,
        double tracingSamplingPercent,
        Duration quiet,
        Duration longestDelay) {
    public static final PilotSettings DEFAULT =
            new PilotSettings(
                    false,
                    OutboundPolicy.ALLOW_ANY,
                    true,
                    Optional.empty(),
                    true,
                    100,
                    Duration.ofMillis(20),
                    Duration.ofMillis(200));

    public PilotSettings {
        if (!(tracingSamplingPercent >= 0 && tracingSamplingPercent <= 100)) {
            throw new IllegalArgumentException(
                    "tracing sampling " + tracingSamplingPercent + " is not between 0 and 100");
        }
        if (quiet.isNegative() || longestDelay.compareTo(quiet) < 0) {
            throw new IllegalArgumentException(
                    "push delay " + longestDelay + " is shorter than the quiet time " + quiet);
        }
    }

    /// The same with node metadata taken at its word.
    public PilotSettings withTrustedNodeClaims() {
        return new PilotSettings(
                true,
                outboundPolicy,
                telemetry,
                accessLogPath,
                tracing,
                tracingSamplingPercent,
                quiet,
                longestDelay);
    }
}
