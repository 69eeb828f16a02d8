package io.meltemi.proxy.observe.stats;

/// How an admin request wants histograms shown (`histogram_buckets`). Immutable.
public enum HistogramMode {
    /// As the format does by itself.
    UNSET,
    SUMMARY,
    CUMULATIVE,
    DISJOINT,
    DETAILED;

    /// @throws IllegalArgumentException with Envoy's words for the asker
    static HistogramMode of(String name) {
        return switch (name) {
            case "" -> UNSET;
            case "none", "summary" -> SUMMARY;
            case "cumulative" -> CUMULATIVE;
            case "disjoint" -> DISJOINT;
            case "detailed" -> DETAILED;
            default ->
                    throw new IllegalArgumentException(
                            "usage: /stats?histogram_buckets=(cumulative|disjoint|detailed|summary)\n");
        };
    }
}
