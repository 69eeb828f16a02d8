package io.meltemi.pilot.translate.endpoint;

import io.meltemi.model.config.LoadBalancer.Failover;
import io.meltemi.model.service.Locality;
import io.meltemi.pilot.translate.endpoint.EndpointInput.Nearness;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/// Which localities are called first. Thread-safe: pure.
///
/// Istio: 0 same sub-zone, 1 same zone, 2 same region, 3 another region, 4 another region that
/// `failover` does not name; then the gaps are closed, as Envoy wants no priority left out.
final class LocalityPriorities {
    private LocalityPriorities() {}

    /// The priority of each locality; all 0 when nearness does not count.
    static SortedMap<String, Integer> of(
            Collection<Locality> localities, Optional<Nearness> nearness) {
        SortedMap<String, Integer> priorities = new TreeMap<>();
        for (Locality locality : localities) {
            priorities.put(locality.toString(), nearness.map(n -> level(n, locality)).orElse(0));
        }
        List<Integer> levels = new ArrayList<>(new TreeSet<>(priorities.values()));
        priorities.replaceAll((_, level) -> levels.indexOf(level));
        return priorities;
    }

    private static int level(Nearness nearness, Locality locality) {
        Locality caller = nearness.caller();
        if (caller.region().equals(locality.region())) {
            if (!caller.zone().equals(locality.zone())) {
                return 2;
            }
            return caller.subZone().equals(locality.subZone()) ? 0 : 1;
        }
        Optional<Failover> named =
                nearness.failover().stream()
                        .filter(f -> f.from().equals(caller.region()))
                        .findFirst();
        return named.isEmpty() || named.get().to().equals(locality.region()) ? 3 : 4;
    }
}
