package io.meltemi.proxy.cluster;

import io.meltemi.proxy.cluster.EndpointSet.Level;
import io.meltemi.proxy.cluster.EndpointSet.LocalityEndpoints;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/// The endpoints of a cluster whose health is checked, from one update to the next. Immutable: pure
/// functions but for the endpoints' flags.
final class CheckedEndpoints {
    private static final int FAILED = HealthFlags.FAILED_ACTIVE_HC | HealthFlags.FAILED_EDS_HEALTH;

    private CheckedEndpoints() {}

    /// What is in force after an update: all that is fresh, and what is kept although discovery
    /// names it no more.
    ///
    /// Envoy: an endpoint counts as failed before its first check; one that is gone and passes its
    /// checks stays until it fails one.
    ///
    /// @param discovered whether endpoints come and go
    static EndpointSet join(
            EndpointSet old, EndpointSet fresh, ActiveChecks checks, boolean discovered) {
        Set<Endpoint> before = set(old.all());
        for (Endpoint endpoint : fresh.all()) {
            endpoint.setFlag(HealthFlags.PENDING_DYNAMIC_REMOVAL, false);
            if (!before.contains(endpoint) && !endpoint.definition().check().disabled()) {
                endpoint.setFlag(HealthFlags.FAILED_ACTIVE_HC, true);
                endpoint.setFlag(
                        HealthFlags.PENDING_ACTIVE_HC, discovered && checks.excludesUnchecked());
            }
        }
        if (!discovered || !checks.keepsPassing()) {
            return fresh;
        }
        List<Endpoint> kept = new ArrayList<>(old.all());
        Set<Endpoint> now = set(fresh.all());
        kept.removeIf(each ->
                now.contains(each)
                        || each.definition().check().disabled()
                        || (each.healthFlags() & FAILED) != 0);
        kept.forEach(each -> each.setFlag(HealthFlags.PENDING_DYNAMIC_REMOVAL, true));
        return kept.isEmpty() ? fresh : with(fresh, kept, old);
    }

    private static Set<Endpoint> set(List<Endpoint> all) {
        Set<Endpoint> set = Collections.newSetFromMap(new IdentityHashMap<>());
        set.addAll(all);
        return set;
    }

    private static EndpointSet with(EndpointSet fresh, List<Endpoint> kept, EndpointSet old) {
        TreeMap<Integer, List<LocalityEndpoints>> levels = new TreeMap<>();
        int last = -1;
        for (Level level : fresh.levels()) {
            last = priority(level, last + 1);
            levels.put(last, new ArrayList<>(level.localities()));
        }
        for (Endpoint endpoint : kept) {
            add(
                    levels.computeIfAbsent(
                            endpoint.definition().priority(), _ -> new ArrayList<>()),
                    endpoint,
                    old);
        }
        return new EndpointSet(levels.values().stream().map(Level::new).toList(), fresh.policy());
    }

    private static int priority(Level level, int otherwise) {
        for (LocalityEndpoints locality : level.localities()) {
            if (!locality.endpoints().isEmpty()) {
                return Math.max(otherwise, locality.endpoints().getFirst().definition().priority());
            }
        }
        return otherwise;
    }

    private static void add(List<LocalityEndpoints> level, Endpoint endpoint, EndpointSet old) {
        Endpoint.Locality name = endpoint.definition().locality();
        for (int i = 0; i < level.size(); i++) {
            LocalityEndpoints each = level.get(i);
            if (each.locality().equals(name)) {
                List<Endpoint> more = new ArrayList<>(each.endpoints());
                more.add(endpoint);
                level.set(i, new LocalityEndpoints(name, each.weight(), more));
                return;
            }
        }
        level.add(new LocalityEndpoints(name, weight(name, old), List.of(endpoint)));
    }

    private static int weight(Endpoint.Locality name, EndpointSet old) {
        for (Level level : old.levels()) {
            for (LocalityEndpoints each : level.localities()) {
                if (each.locality().equals(name)) {
                    return each.weight();
                }
            }
        }
        return 0;
    }

    /// All but one endpoint.
    static EndpointSet without(EndpointSet all, Endpoint gone) {
        List<Level> levels = new ArrayList<>();
        for (Level level : all.levels()) {
            List<LocalityEndpoints> localities = new ArrayList<>();
            for (LocalityEndpoints each : level.localities()) {
                List<Endpoint> left = new ArrayList<>(each.endpoints());
                left.removeIf(gone::equals);
                localities.add(new LocalityEndpoints(each.locality(), each.weight(), left));
            }
            levels.add(new Level(localities));
        }
        return new EndpointSet(levels, all.policy());
    }
}
