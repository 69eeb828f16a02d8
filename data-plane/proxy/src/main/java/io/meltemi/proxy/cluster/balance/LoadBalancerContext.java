package io.meltemi.proxy.cluster.balance;

import io.meltemi.proxy.cluster.Endpoint;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a request has to say about the endpoint it gets. Confined to its event loop.
///
/// Only what a cluster's policy needs is asked for: a cluster without hashing asks for no hash.
public interface LoadBalancerContext {
    /// A request that wants nothing.
    LoadBalancerContext NONE = new LoadBalancerContext() {};

    /// The cluster's own balancer chooses the priority.
    int NO_LEVEL = Integer.MIN_VALUE;

    /// What places it on a ring; null: chance does.
    default @Nullable Long hash() {
        return null;
    }

    /// What an endpoint's `envoy.lb` metadata must have, in clusters with subsets.
    default Map<String, Object> subset() {
        return Map.of();
    }

    /// How often another endpoint is looked for while the chosen one is rejected.
    default int selectionRetries() {
        return 0;
    }

    /// Whether the request would rather have another endpoint.
    default boolean rejects(Endpoint endpoint) {
        return false;
    }

    /// What keeps a retry away from priorities that were tried; null: nothing does.
    default @Nullable PreviousPriorities previousPriorities() {
        return null;
    }

    /// The endpoint the request asks for by address, as sessions do; null: none.
    default @Nullable OverrideHost overrideHost() {
        return null;
    }

    /// The place among the cluster's priorities that was chosen already, as an aggregate cluster
    /// does for its members: a level, or its complement (`~level`) for degraded endpoints; or
    /// [#NO_LEVEL].
    default int level() {
        return NO_LEVEL;
    }

    /// An endpoint by its address. Immutable.
    ///
    /// @param strict whether no other will do
    record OverrideHost(String address, boolean strict) {}
}
