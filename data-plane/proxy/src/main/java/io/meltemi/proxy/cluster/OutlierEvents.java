package io.meltemi.proxy.cluster;

/// Hears which endpoints of a cluster outlier detection takes out and lets back. Called from any
/// thread, and must not wait.
public interface OutlierEvents {
    /// How an endpoint does beside the others, in percent of its requests. Immutable.
    ///
    /// @param threshold below which one is ejected
    record Rates(double own, double mean, double threshold) {
        static final Rates NONE = new Rates(0, 0, 0);
    }

    /// What was decided of an endpoint. Immutable.
    ///
    /// @param ejections how often it was ejected so far, this time included
    /// @param secondsSinceLast since it was let back, or for one that is let back since it was
    ///   ejected; -1: it never was
    record Event(Endpoint endpoint, int ejections, long secondsSinceLast) {}

    /// @param enforced whether it is out now; otherwise chance has spared it
    void ejected(Event event, OutlierSettings.Kind kind, boolean enforced, Rates rates);

    void returned(Event event);
}
