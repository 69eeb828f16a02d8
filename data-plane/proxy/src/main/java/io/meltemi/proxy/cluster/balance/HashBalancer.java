package io.meltemi.proxy.cluster.balance;

import io.meltemi.proxy.cluster.ClusterStats;
import io.meltemi.proxy.cluster.Endpoint;
import io.meltemi.proxy.cluster.EndpointSet;
import io.meltemi.proxy.cluster.LbPolicy;
import io.meltemi.proxy.cluster.LbSettings;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// Ring hash and Maglev: the same hash gets the same endpoint. Confined to its event loop. `HOT`.
final class HashBalancer implements Balancer {
    private final Level[] levels;
    private final PriorityLoad load;
    private final ClusterStats stats;
    private final SplittableRandom random;

    /// @param bounds null: an endpoint may be as busy as hashes make it
    private record Level(HashTable table, @Nullable BoundedLoad bounds) {}

    HashBalancer(
            List<HostSet> hostSets,
            EndpointSet.Policy policy,
            LbSettings settings,
            ClusterStats stats,
            SplittableRandom random) {
        this.stats = stats;
        this.random = random;
        this.load =
                hostSets.isEmpty()
                        ? PriorityLoad.NONE
                        : PriorityLoad.of(hostSets, policy, settings.panicThreshold());
        this.levels = new Level[hostSets.size()];
        for (int i = 0; i < levels.length; i++) {
            NormalizedHosts hosts =
                    NormalizedHosts.of(
                            hostSets.get(i), load.panic()[i], settings.localityWeighted());
            levels[i] = level(hosts, settings.policy());
        }
    }

    private Level level(NormalizedHosts hosts, LbPolicy policy) {
        return switch (policy) {
            case LbPolicy.RingHash ring ->
                    new Level(new Ring(hosts, ring), bounds(hosts, ring.hashing()));
            case LbPolicy.Maglev maglev ->
                    new Level(new MaglevTable(hosts, maglev), bounds(hosts, maglev.hashing()));
            case LbPolicy.RoundRobin _,
                    LbPolicy.LeastRequest _,
                    LbPolicy.Random _,
                    LbPolicy.ClusterProvided _ ->
                    throw new IllegalStateException(policy + " does not hash");
        };
    }

    private @Nullable BoundedLoad bounds(NormalizedHosts hosts, LbPolicy.Hashing hashing) {
        return hashing.balancePercent() == 0
                ? null
                : new BoundedLoad(hosts, hashing.balancePercent(), stats);
    }

    @Override
    public @Nullable Endpoint choose(LoadBalancerContext context) {
        if (levels.length == 0) {
            return null;
        }
        Long asked = context.hash();
        long hash = asked == null ? random.nextLong() : asked;
        int place = load.place(hash);
        int index = place < 0 ? ~place : place;
        if (load.panic()[index]) {
            stats.balancer.healthyPanic.increment();
        }
        Endpoint chosen = find(levels[index], hash, 0);
        for (int i = 1;
                i <= context.selectionRetries() && chosen != null && context.rejects(chosen);
                i++) {
            chosen = find(levels[index], hash, i);
        }
        return chosen;
    }

    private static @Nullable Endpoint find(Level level, long hash, int attempt) {
        Endpoint found = level.table.find(hash, attempt);
        return found == null || level.bounds == null ? found : level.bounds.relieve(found, hash);
    }
}
