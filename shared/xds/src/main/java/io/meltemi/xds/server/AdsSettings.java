package io.meltemi.xds.server;

/// Bounds of one discovery stream. Immutable.
///
/// @param maxNames resource names of one type that a proxy may name or hold; more end its stream
public record AdsSettings(int maxNames) {
    /// A hundred times the services of a large mesh's largest proxy.
    public static final AdsSettings DEFAULT = new AdsSettings(100_000);

    public AdsSettings {
        if (maxNames < 1) {
            throw new IllegalArgumentException("maxNames " + maxNames + " is less than 1");
        }
    }
}
