package io.meltemi.proxy.cluster.balance;

import io.meltemi.proxy.cluster.Endpoint;
import org.jspecify.annotations.Nullable;

/// Chooses among endpoints as they are known now; another one is made when that changes. Confined
/// to its event loop. `HOT`.
sealed interface Balancer permits LevelBalancer, HashBalancer, SubsetBalancer, SingleEndpoint {
    /// The endpoint for a request, or null when there is none.
    @Nullable Endpoint choose(LoadBalancerContext context);
}
