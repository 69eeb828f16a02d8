package io.meltemi.xds.server;

import java.time.Duration;

/// Bounds of one discovery stream. Immutable.
///
/// @param maxNames resource names of one type that a proxy may name or hold; more end its stream
/// @param patience how long listeners and routes wait for a proxy to ask for the endpoints of a new
///   cluster, and what an earlier stream left behind for it to ask for its listeners and routes
public record AdsSettings(int maxNames, Duration patience) {
    /// A hundred times the services of a large mesh's largest proxy; and longer than any proxy
    /// takes to say what it wants.
    public static final AdsSettings DEFAULT = new AdsSettings(100_000, Duration.ofSeconds(5));

    public AdsSettings {
        if (maxNames < 1) {
            throw new IllegalArgumentException("maxNames " + maxNames + " is less than 1");
        }
        if (patience.isNegative()) {
            throw new IllegalArgumentException("patience " + patience + " is negative");
        }
    }
}
