package io.meltemi.pilot.scope;

import io.meltemi.model.config.ByAge;
import io.meltemi.model.config.ConfigResource;
import io.meltemi.model.config.Sourced;
import io.meltemi.model.snapshot.ConfigSnapshot;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// The resources of a configuration by their kinds, found in one walk. Immutable.
final class ByKind {
    private final Map<Class<?>, List<ConfigResource>> lists = new HashMap<>();

    ByKind(ConfigSnapshot config) {
        for (Sourced<ConfigResource> each : config.resources().values()) {
            ConfigResource resource = each.value();
            lists.computeIfAbsent(resource.getClass(), _ -> new ArrayList<>()).add(resource);
        }
        lists.values()
                .forEach(list ->
                        list.sort(Comparator.comparing(ConfigResource::metadata, ByAge.ORDER)));
    }

    /// All of one kind: the oldest first, where they have an age, else by namespace and name.
    <T extends ConfigResource> List<T> all(Class<T> kind) {
        return lists.getOrDefault(kind, List.of()).stream().map(kind::cast).toList();
    }

    /// Whether those of a kind are the same; what Galley did not read anew is the same object.
    boolean hasSame(Class<? extends ConfigResource> kind, ByKind other) {
        List<ConfigResource> these = lists.getOrDefault(kind, List.of());
        List<ConfigResource> those = other.lists.getOrDefault(kind, List.of());
        if (these.size() != those.size()) {
            return false;
        }
        for (int i = 0; i < these.size(); i++) {
            if (!Objects.equals(these.get(i), those.get(i))) {
                return false;
            }
        }
        return true;
    }
}
