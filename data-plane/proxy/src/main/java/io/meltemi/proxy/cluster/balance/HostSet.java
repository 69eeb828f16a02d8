package io.meltemi.proxy.cluster.balance;

import io.meltemi.proxy.cluster.Endpoint;
import io.meltemi.proxy.cluster.EndpointSet;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The endpoints of one priority at one moment, sorted by health and by locality. Immutable.
///
/// @param localities with the proxy's own locality first if it is there, then by name
/// @param hasOwn whether the first locality is the proxy's own
record HostSet(Members members, List<Locality> localities, boolean hasOwn) {
    private static final Comparator<Locality> BY_NAME =
            Comparator.comparing((Locality l) -> l.name().region())
                    .thenComparing(l -> l.name().zone())
                    .thenComparing(l -> l.name().subZone());

    /// Endpoints by health. Immutable.
    ///
    /// @param excluded how many of all do not count
    record Members(
            List<Endpoint> all, List<Endpoint> healthy, List<Endpoint> degraded, int excluded) {
        static Members of(List<Endpoint> all) {
            List<Endpoint> healthy = new ArrayList<>();
            List<Endpoint> degraded = new ArrayList<>();
            int excluded = 0;
            for (Endpoint endpoint : all) {
                excluded += endpoint.isExcluded() ? 1 : 0;
                if (endpoint.isAvailable()) {
                    (endpoint.isDegraded() ? degraded : healthy).add(endpoint);
                }
            }
            return new Members(all, healthy, degraded, excluded);
        }

        /// How many count.
        int counted() {
            return all.size() - excluded;
        }
    }

    /// One locality. Immutable.
    ///
    /// @param weight as configured; for subsets in proportion
    record Locality(Endpoint.Locality name, double weight, Members members) {}

    /// @param own the proxy's own locality; null when that plays no role
    static HostSet of(EndpointSet.Level level, Endpoint.@Nullable Locality own) {
        List<Endpoint> all = new ArrayList<>();
        Map<Endpoint.Locality, List<Endpoint>> byName = new LinkedHashMap<>();
        Map<Endpoint.Locality, Integer> weights = new LinkedHashMap<>();
        for (EndpointSet.LocalityEndpoints each : level.localities()) {
            all.addAll(each.endpoints());
            byName.computeIfAbsent(each.locality(), _ -> new ArrayList<>())
                    .addAll(each.endpoints());
            weights.put(each.locality(), each.weight());
        }
        List<Locality> localities = new ArrayList<>();
        byName.forEach((name, endpoints) -> {
            int weight = weights.getOrDefault(name, 0);
            localities.add(new Locality(name, weight, Members.of(endpoints)));
        });
        localities.sort(BY_NAME);
        boolean hasOwn = false;
        for (int i = 0; own != null && i < localities.size(); i++) {
            if (localities.get(i).name().equals(own)) {
                localities.addFirst(localities.remove(i));
                hasOwn = true;
            }
        }
        return new HostSet(Members.of(all), localities, hasOwn);
    }
}
