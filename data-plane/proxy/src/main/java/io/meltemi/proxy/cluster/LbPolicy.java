package io.meltemi.proxy.cluster;

import org.jspecify.annotations.Nullable;

/// How one of several endpoints is chosen. Immutable.
public sealed interface LbPolicy {
    record RoundRobin(@Nullable SlowStart slowStart) implements LbPolicy {
        public static final RoundRobin PLAIN = new RoundRobin(null);
    }

    /// @param choices how many endpoints are compared; 2 or more
    /// @param fullScan whether all are compared instead
    /// @param activeRequestBias how much requests under way count against a weight; 0 for not
    record LeastRequest(
            int choices, boolean fullScan, double activeRequestBias, @Nullable SlowStart slowStart)
            implements LbPolicy {}

    record Random() implements LbPolicy {}

    /// Places endpoints on a ring many times each, in proportion to their weights.
    record RingHash(long minSize, long maxSize, boolean murmur, Hashing hashing)
            implements LbPolicy {}

    /// Fills a table with endpoints, each by a permutation of its own.
    record Maglev(int tableSize, Hashing hashing) implements LbPolicy {}

    /// The cluster's discovery decides (original destination).
    record ClusterProvided() implements LbPolicy {}

    /// What policies that hash have in common. Immutable.
    ///
    /// @param byHostname whether an endpoint's place comes of its hostname, not of its address
    /// @param balancePercent how much above the average an endpoint may be busy; 0 for any
    record Hashing(boolean byHostname, int balancePercent) {}

    /// Spares endpoints that are healthy only since a short time. Immutable.
    ///
    /// @param minWeightShare 0 to 1: the least part of its weight that an endpoint has
    record SlowStart(long windowNanos, double aggression, double minWeightShare) {}
}
