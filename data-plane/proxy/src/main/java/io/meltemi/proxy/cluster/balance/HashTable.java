package io.meltemi.proxy.cluster.balance;

import io.meltemi.proxy.cluster.Endpoint;
import org.jspecify.annotations.Nullable;

/// Where hashes lead to. Immutable.
sealed interface HashTable permits Ring, MaglevTable {
    /// The endpoint for a hash, or null when there is none. `HOT`.
    ///
    /// @param attempt 0, or how many were found unfit
    @Nullable Endpoint find(long hash, int attempt);
}
