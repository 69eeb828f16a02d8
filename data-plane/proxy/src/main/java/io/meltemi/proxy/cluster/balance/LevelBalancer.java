package io.meltemi.proxy.cluster.balance;

import io.meltemi.proxy.cluster.BalancerStats;
import io.meltemi.proxy.cluster.Endpoint;
import io.meltemi.proxy.cluster.EndpointSet;
import io.meltemi.proxy.cluster.LbSettings;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// Round robin, least request and random over priorities, localities and zones. Confined to its
/// event loop. `HOT`.
final class LevelBalancer implements Balancer {
    private final Level[] levels;
    private final PriorityLoad load;
    private final int[] availability;
    private final boolean failOnPanic;
    private final BalancerStats stats;
    private final SplittableRandom random;

    /// The pickers of one priority. Immutable.
    ///
    /// @param zones null: zones play no role here
    private record Level(
            Picker all,
            Picker healthy,
            Picker degraded,
            @Nullable Localities ofHealthy,
            @Nullable Localities ofDegraded,
            @Nullable Zones zones) {}

    /// Localities by weight. Immutable but for its order.
    @SuppressWarnings("ArrayRecordComponent") // nobody compares them
    private record Localities(Picker[] pickers, Edf order) {
        @Nullable Endpoint pick() {
            return pickers[order.pick()].pick();
        }
    }

    /// @param zones how zones share the first priority; null: they do not
    LevelBalancer(
            List<HostSet> hostSets,
            EndpointSet.Policy policy,
            LbSettings settings,
            Pickers pickers,
            BalancerStats stats,
            SplittableRandom random,
            @Nullable Zones zones) {
        this.failOnPanic = settings.failTrafficOnPanic();
        this.stats = stats;
        this.random = random;
        this.load =
                hostSets.isEmpty()
                        ? PriorityLoad.NONE
                        : PriorityLoad.of(hostSets, policy, settings.panicThreshold());
        this.availability = PriorityLoad.availability(hostSets, policy);
        this.levels = new Level[hostSets.size()];
        for (int i = 0; i < levels.length; i++) {
            HostSet set = hostSets.get(i);
            boolean weighted = settings.localityWeighted();
            levels[i] =
                    new Level(
                            pickers.of(set.members().all()),
                            pickers.of(set.members().healthy()),
                            pickers.of(set.members().degraded()),
                            weighted ? localities(set, false, policy, pickers) : null,
                            weighted ? localities(set, true, policy, pickers) : null,
                            i == 0 ? zones : null);
        }
    }

    /// Envoy: a locality's weight counts as far as its endpoints are usable, times the
    /// overprovisioning factor. Null when no locality has any.
    private @Nullable Localities localities(
            HostSet set, boolean degraded, EndpointSet.Policy policy, Pickers pickers) {
        int n = 0;
        double[] weights = new double[set.localities().size()];
        Picker[] each = new Picker[weights.length];
        for (HostSet.Locality locality : set.localities()) {
            HostSet.Members of = locality.members();
            List<Endpoint> usable = degraded ? of.degraded() : of.healthy();
            if (of.counted() <= 0) {
                continue;
            }
            double share = policy.overprovisioningPercent() / 100.0 * usable.size() / of.counted();
            double weight = locality.weight() * Math.min(1.0, share);
            if (weight > 0) {
                each[n] = pickers.of(usable);
                weights[n] = weight;
                n++;
            }
        }
        if (n == 0) {
            return null;
        }
        return new Localities(
                java.util.Arrays.copyOf(each, n),
                new Edf(java.util.Arrays.copyOf(weights, n), random.nextInt(n)));
    }

    @Override
    public @Nullable Endpoint choose(LoadBalancerContext context) {
        if (levels.length == 0) {
            return null;
        }
        PreviousPriorities previous = context.previousPriorities();
        int given = context.level();
        Endpoint chosen = chooseOnce(previous, given);
        for (int i = context.selectionRetries();
                i > 0 && chosen != null && context.rejects(chosen);
                i--) {
            chosen = chooseOnce(previous, given);
        }
        return chosen;
    }

    private @Nullable Endpoint chooseOnce(@Nullable PreviousPriorities previous, int given) {
        boolean free = given == LoadBalancerContext.NO_LEVEL;
        PriorityLoad shares = free && previous != null ? previous.load(load, availability) : load;
        int place = free ? place(shares) : given;
        boolean degraded = place < 0;
        int index = degraded ? ~place : place;
        if (index >= levels.length) {
            return null;
        }
        Level level = levels[index];
        if (shares.panic()[index]) {
            stats.healthyPanic.increment();
            return failOnPanic ? null : level.all.pick();
        }
        Localities localities = degraded ? level.ofDegraded : level.ofHealthy;
        if (localities != null) {
            return localities.pick();
        }
        if (level.zones != null && !degraded) {
            Picker zone = level.zones.choose(random);
            return zone == null ? level.healthy.pick() : zone.pick();
        }
        Endpoint chosen = (degraded ? level.degraded : level.healthy).pick();
        // Envoy: what previous priorities leave is not divided by health.
        return chosen == null && previous != null ? level.degraded.pick() : chosen;
    }

    private int place(PriorityLoad shares) {
        return levels.length == 1 && shares.healthy()[0] == 100 ? 0 : shares.place(random());
    }

    private long random() {
        return random.nextLong();
    }
}
