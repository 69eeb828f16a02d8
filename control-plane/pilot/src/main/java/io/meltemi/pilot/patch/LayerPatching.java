package io.meltemi.pilot.patch;

import io.meltemi.pilot.patch.PatchCache.Fault;
import io.meltemi.pilot.patch.PatchCache.Layer;
import io.meltemi.pilot.patch.PatchCache.Outcome;
import io.meltemi.xds.snapshot.XdsResource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Patches on all resources of one layer. Confined to Pilot's lock.
final class LayerPatching {
    private final PatchCache cache;

    LayerPatching(PatchCache cache) {
        this.cache = cache;
    }

    /// @param extensions the configurations that filters can refer to
    Layer<Map<String, XdsResource>> of(
            Map<String, XdsResource> resources, PatchChoice choice, Set<String> extensions) {
        Map<String, XdsResource> patched = new LinkedHashMap<>();
        Set<Integer> fitted = new HashSet<>();
        Map<Integer, Fault> faults = new HashMap<>();
        resources.forEach((name, resource) -> {
            List<Integer> places = new ArrayList<>();
            for (int i = 0; i < choice.patches().size(); i++) {
                if (choice.isFor(choice.patches().get(i), name)) {
                    places.add(i);
                }
            }
            if (places.isEmpty()) {
                patched.put(name, resource);
                return;
            }
            PatchCache.Key key =
                    new PatchCache.Key(
                            resource,
                            places.stream().map(choice.patches()::get).toList(),
                            extensions);
            Outcome outcome = cache.outcome(key, () -> ResourcePatching.of(key));
            outcome.resource().ifPresent(r -> patched.put(name, r));
            outcome.fitted().forEach(i -> fitted.add(places.get(i)));
            outcome.faults()
                    .forEach((i, reason) ->
                            faults.putIfAbsent(places.get(i), new Fault(name, reason)));
        });
        return new Layer<>(patched, fitted, faults);
    }
}
