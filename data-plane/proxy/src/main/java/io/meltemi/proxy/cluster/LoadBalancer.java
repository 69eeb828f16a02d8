package io.meltemi.proxy.cluster;

import io.meltemi.proxy.cluster.ClusterSettings.LbPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// Chooses the endpoint of each request of one cluster on one worker. Confined to its event loop.
/// `HOT`.
///
/// What can be computed when endpoints or their health change is computed then: a choice is one
/// random number and one or two array reads.
@SuppressWarnings("ArrayRecordComponent") // nobody compares pickers
public final class LoadBalancer {
    private static final int RETRY_ATTEMPTS_TO_AVOID = 5;

    private final Cluster cluster;
    private final SplittableRandom random;
    private long epoch = -1;
    private PriorityLoad load = new PriorityLoad(new int[0], new boolean[0]);
    private Picker[] pickers = new Picker[0];

    public LoadBalancer(Cluster cluster, SplittableRandom random) {
        this.cluster = cluster;
        this.random = random;
    }

    /// The endpoint for one request, or null when there is none.
    ///
    /// @param avoid endpoints tried already, to be chosen again only if chance insists (Envoy's
    ///   `host_selection_retry_max_attempts` with the `previous_hosts` predicate); may be null
    public @Nullable Endpoint choose(@Nullable List<Endpoint> avoid) {
        refresh();
        if (pickers.length == 0) {
            return null;
        }
        Endpoint chosen = pickOne();
        for (int i = 0;
                avoid != null
                        && chosen != null
                        && avoid.contains(chosen)
                        && i < RETRY_ATTEMPTS_TO_AVOID;
                i++) {
            chosen = pickOne();
        }
        return chosen;
    }

    private @Nullable Endpoint pickOne() {
        int level = pickers.length == 1 ? 0 : load.level(random.nextInt(100));
        return pickers[level].pick();
    }

    private void refresh() {
        long now = cluster.epoch();
        if (now == epoch) {
            return;
        }
        epoch = now;
        List<EndpointSet.Level> levels = cluster.endpoints().levels();
        int n = levels.size();
        int[] healthy = new int[n];
        int[] total = new int[n];
        for (int i = 0; i < n; i++) {
            for (EndpointSet.LocalityEndpoints locality : levels.get(i).localities()) {
                for (Endpoint endpoint : locality.endpoints()) {
                    total[i]++;
                    healthy[i] += endpoint.isAvailable() ? 1 : 0;
                }
            }
        }
        load = PriorityLoad.of(healthy, total, cluster.settings().panicThreshold());
        pickers = new Picker[n];
        for (int i = 0; i < n; i++) {
            pickers[i] = picker(levels.get(i), load.panic()[i]);
        }
    }

    private Picker picker(EndpointSet.Level level, boolean panic) {
        if (cluster.settings().localityWeighted() && level.localities().size() > 1) {
            Picker weighted = byLocality(level, panic);
            if (weighted != null) {
                return weighted;
            }
        }
        List<Endpoint> usable = new ArrayList<>();
        for (EndpointSet.LocalityEndpoints locality : level.localities()) {
            usable.addAll(usable(locality, panic));
        }
        return flat(usable);
    }

    private static List<Endpoint> usable(EndpointSet.LocalityEndpoints locality, boolean panic) {
        List<Endpoint> healthy = new ArrayList<>();
        List<Endpoint> degraded = new ArrayList<>();
        for (Endpoint endpoint : locality.endpoints()) {
            if (panic || (endpoint.isAvailable() && endpoint.health() == Health.HEALTHY)) {
                healthy.add(endpoint);
            } else if (endpoint.isAvailable()) {
                degraded.add(endpoint);
            }
        }
        return healthy.isEmpty() ? degraded : healthy;
    }

    /// Envoy: a locality's weight counts as far as its endpoints are healthy, times 1.4.
    private @Nullable Picker byLocality(EndpointSet.Level level, boolean panic) {
        List<Picker> pickers = new ArrayList<>();
        List<Integer> weights = new ArrayList<>();
        for (EndpointSet.LocalityEndpoints locality : level.localities()) {
            List<Endpoint> usable = usable(locality, panic);
            if (usable.isEmpty() || locality.weight() == 0) {
                continue;
            }
            double availability = Math.min(1.0, 1.4 * usable.size() / locality.endpoints().size());
            pickers.add(flat(usable));
            weights.add(Math.max(1, (int) (locality.weight() * availability * 100)));
        }
        if (pickers.isEmpty()) {
            return null;
        }
        int[] each = weights.stream().mapToInt(Integer::intValue).toArray();
        return new LocalityPicker(pickers.toArray(new Picker[0]), new Edf(each, skip(each.length)));
    }

    private int skip(int n) {
        return n < 2 ? 0 : random.nextInt(n);
    }

    private Picker flat(List<Endpoint> usable) {
        Endpoint[] endpoints = usable.toArray(new Endpoint[0]);
        if (endpoints.length == 0) {
            return new NonePicker();
        }
        int[] weights = usable.stream().mapToInt(Endpoint::weight).toArray();
        boolean equal = usable.stream().allMatch(e -> e.weight() == weights[0]);
        LbPolicy policy = cluster.settings().lbPolicy();
        if (policy == LbPolicy.RANDOM) {
            return new RandomPicker(endpoints, random);
        }
        if (policy == LbPolicy.LEAST_REQUEST && equal) {
            return new LeastRequestPicker(endpoints, random);
        }
        // Envoy: least request with unequal weights is a weighted round robin, too.
        return new WeightedPicker(endpoints, new Edf(weights, skip(endpoints.length)));
    }

    /// Chooses within one level. Confined to its event loop.
    private sealed interface Picker {
        @Nullable Endpoint pick();
    }

    private record NonePicker() implements Picker {
        @Override
        public @Nullable Endpoint pick() {
            return null;
        }
    }

    private record RandomPicker(Endpoint[] endpoints, SplittableRandom random) implements Picker {
        @Override
        public Endpoint pick() {
            return endpoints[random.nextInt(endpoints.length)];
        }
    }

    /// The less busy of two taken at random. Confined to its event loop.
    private record LeastRequestPicker(Endpoint[] endpoints, SplittableRandom random)
            implements Picker {
        @Override
        public Endpoint pick() {
            int n = endpoints.length;
            Endpoint one = endpoints[n == 1 ? 0 : random.nextInt(n)];
            Endpoint other = endpoints[n == 1 ? 0 : random.nextInt(n)];
            return other.activeRequests() < one.activeRequests() ? other : one;
        }
    }

    private record WeightedPicker(Endpoint[] endpoints, Edf order) implements Picker {
        @Override
        public Endpoint pick() {
            return endpoints[order.pick()];
        }
    }

    private record LocalityPicker(Picker[] pickers, Edf order) implements Picker {
        @Override
        public @Nullable Endpoint pick() {
            return pickers[order.pick()].pick();
        }
    }
}
