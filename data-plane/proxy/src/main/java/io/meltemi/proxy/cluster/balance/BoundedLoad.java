package io.meltemi.proxy.cluster.balance;

import io.meltemi.proxy.cluster.ClusterStats;
import io.meltemi.proxy.cluster.Endpoint;
import java.util.HashMap;
import java.util.Map;

/// Sends requests elsewhere when their endpoint is much busier than the average (Envoy's
/// `hash_balance_factor`). Immutable.
///
/// Envoy: the others are tried in an order that the hash alone decides, so that the same hash goes
/// to the same substitute.
final class BoundedLoad {
    private final NormalizedHosts hosts;
    private final Map<Endpoint, Double> weights = new HashMap<>();
    private final double factor;
    private final ClusterStats stats;

    BoundedLoad(NormalizedHosts hosts, int balancePercent, ClusterStats stats) {
        this.hosts = hosts;
        this.factor = balancePercent / 100.0;
        this.stats = stats;
        for (int i = 0; i < hosts.endpoints().size(); i++) {
            weights.put(hosts.endpoints().get(i), hosts.weights()[i]);
        }
    }

    /// The endpoint itself, or one that has room, or the least busy.
    Endpoint relieve(Endpoint chosen, long hash) {
        double overload = overload(chosen, weights.getOrDefault(chosen, 0.0));
        if (overload <= 1) {
            return chosen;
        }
        int n = hosts.endpoints().size();
        int[] order = new int[n];
        for (int i = 0; i < n; i++) {
            order[i] = i;
        }
        MersenneTwister random = new MersenneTwister((int) hash);
        Endpoint least = chosen;
        double fewest = overload;
        for (int i = 0; i < n; i++) {
            int other = i + random.below(n - i);
            int swapped = order[i];
            order[i] = order[other];
            order[other] = swapped;
            Endpoint substitute = hosts.endpoints().get(order[i]);
            if (substitute.equals(chosen)) {
                continue;
            }
            double its = overload(substitute, hosts.weights()[order[i]]);
            if (its <= 1) {
                return substitute;
            }
            if (its < fewest) {
                least = substitute;
                fewest = its;
            }
        }
        return least;
    }

    private double overload(Endpoint endpoint, double weight) {
        double slots = Math.ceil((stats.requestsActive.value() + 1) * factor);
        double own = Math.max(1, Math.ceil(slots * weight));
        return endpoint.activeRequests() / own;
    }
}
