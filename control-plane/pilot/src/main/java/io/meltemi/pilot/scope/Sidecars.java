package io.meltemi.pilot.scope;

import io.meltemi.model.config.ResourceKey;
import io.meltemi.model.config.Sidecar;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// Finds the sidecar resource of a workload. Immutable.
///
/// Istio: one that selects the workload, then its namespace's, then the root's; of several in one
/// place the oldest, here the first by name.
final class Sidecars {
    private final Map<String, List<Sidecar>> byNamespace = new HashMap<>();
    private final Map<ResourceKey, Sidecar> byKey = new HashMap<>();
    private final String rootNamespace;

    Sidecars(List<Sidecar> all, String rootNamespace) {
        this.rootNamespace = rootNamespace;
        all.stream()
                .sorted(Comparator.comparing(s -> s.metadata().name()))
                .forEach(sidecar -> {
                    byKey.put(sidecar.key(), sidecar);
                    byNamespace.merge(
                            sidecar.metadata().namespace(),
                            List.of(sidecar),
                            (some, more) -> Stream.concat(some.stream(), more.stream()).toList());
                });
    }

    Optional<Sidecar> find(String namespace, Map<String, String> labels) {
        List<Sidecar> own = byNamespace.getOrDefault(namespace, List.of());
        Stream<Sidecar> selecting =
                own.stream()
                        .filter(s -> !s.selector().selectsAll())
                        .filter(s -> s.selector().selects(labels));
        Stream<Sidecar> wide =
                Stream.concat(
                                own.stream(),
                                byNamespace.getOrDefault(rootNamespace, List.of()).stream())
                        .filter(s -> s.selector().selectsAll());
        return Stream.concat(selecting, wide).findFirst();
    }

    Optional<Sidecar> get(Viewer viewer) {
        return viewer.sidecar().flatMap(key -> Optional.ofNullable(byKey.get(key)));
    }
}
