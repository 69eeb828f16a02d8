package io.meltemi.proxy.filter.ondemand;

import io.meltemi.proxy.http.ClusterLookup;

/// Where and how long to ask for clusters. Immutable.
///
/// @param mostNanos how long a request waits
record ClusterDiscovery(ClusterLookup lookup, long mostNanos) {
    /// What a route says that wants nothing to be asked for.
    enum Off {
        OFF
    }
}
