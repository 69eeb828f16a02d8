package io.meltemi.xds.server;

import java.time.Duration;

/// Bounds of one discovery stream. Immutable.
///
/// @param maxNames resource names of one type that a proxy may name or hold; more end its stream
/// @param patience how long listeners and routes wait for a proxy to ask for the endpoints of a new
///   cluster, and what an earlier stream left behind for it to ask for its listeners and routes
/// @param answerBytes of resources in one delta answer, more only where one resource is larger:
///   what a proxy that does not read can hold of the server's memory, for each type it asks for
public record AdsSettings(int maxNames, Duration patience, int answerBytes) {
    /// A hundred times the services of a large mesh's largest proxy; longer than any proxy takes to
    /// say what it wants; and several hundred clusters.
    public static final AdsSettings DEFAULT =
            new AdsSettings(100_000, Duration.ofSeconds(5), 256 << 10);

    public AdsSettings {
        if (maxNames < 1) {
            throw new IllegalArgumentException("maxNames " + maxNames + " is less than 1");
        }
        if (answerBytes < 1) {
            throw new IllegalArgumentException("answerBytes " + answerBytes + " is less than 1");
        }
        if (patience.isNegative()) {
            throw new IllegalArgumentException("patience " + patience + " is negative");
        }
    }
}
