package io.meltemi.registry.catalog;

import java.time.Duration;

/// How long silence is tolerated. Immutable.
///
/// @param heartbeat how often an agent should call
/// @param missed heartbeats in a row after which an instance is gone
/// @param restoredGrace how long an instance that was restored from disk may take to come back
/// @param maxInstances registrations beyond it are refused
public record CatalogSettings(
        Duration heartbeat, int missed, Duration restoredGrace, int maxInstances) {
    public static final CatalogSettings DEFAULT =
            new CatalogSettings(Duration.ofSeconds(1), 3, Duration.ofSeconds(10), 50_000);

    /// How long a lease lives without a heartbeat.
    public Duration leaseTime() {
        return heartbeat.multipliedBy(missed);
    }
}
