package io.meltemi.proxy.observe.stats;

/// The upper bounds histograms are shown with, and how many values lie under each. Immutable.
final class HistogramBuckets {
    /// Envoy's default.
    static final double[] BOUNDS = {
        0.5, 1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000, 30000, 60000, 300000, 600000,
        1800000, 3600000
    };

    private HistogramBuckets() {}

    /// @param disjoint whether a bucket holds only what lies above the bound before it
    static long[] counts(HistogramSnapshot snapshot, boolean disjoint) {
        long[] counts = new long[BOUNDS.length];
        long below = 0;
        for (int i = 0; i < BOUNDS.length; i++) {
            long upTo = snapshot.countUpTo(BOUNDS[i]);
            counts[i] = disjoint ? upTo - below : upTo;
            below = upTo;
        }
        return counts;
    }
}
