package io.meltemi.citadel.jwks;

import java.time.Duration;
import java.util.Set;

/// How the keys of issuers are fetched. Immutable.
///
/// @param allowed what is refused otherwise: configuration must not turn the control plane into a
///   way into networks that only it can reach
/// @param timeout of one fetch, unless the rule has its own
/// @param refresh how old keys get before they are asked for again
/// @param firstRetry after a failure; each failure after it doubles the wait, up to `refresh`
/// @param mostSources more are not followed
/// @param mostBytes of an answer
public record KeyFetchSettings(
        Set<Allowance> allowed,
        Duration timeout,
        Duration refresh,
        Duration firstRetry,
        int mostSources,
        int mostBytes) {
    /// Istio: 5 s, and 20 minutes (`PILOT_JWT_PUB_KEY_REFRESH_INTERVAL`).
    public static final KeyFetchSettings DEFAULT =
            new KeyFetchSettings(
                    Set.of(),
                    Duration.ofSeconds(5),
                    Duration.ofMinutes(20),
                    Duration.ofSeconds(1),
                    1_000,
                    256 * 1024);

    public KeyFetchSettings {
        allowed = Set.copyOf(allowed);
    }

    /// The same with other allowances.
    public KeyFetchSettings allowing(Set<Allowance> others) {
        return new KeyFetchSettings(others, timeout, refresh, firstRetry, mostSources, mostBytes);
    }

    /// What is refused unless it is allowed.
    public enum Allowance {
        /// `http://`: whoever is on the way can put keys of their own in.
        PLAIN_TEXT,
        /// Loopback, link-local and private addresses.
        PRIVATE_ADDRESSES
    }
}
