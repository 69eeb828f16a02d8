package io.meltemi.model.snapshot;

import io.meltemi.model.config.ConfigResource;
import io.meltemi.model.config.ResourceKey;
import io.meltemi.model.config.Sourced;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// The whole valid configuration at one moment. Immutable; equal when its resources are, whatever
/// the version and the places they were written.
///
/// @param version grows with every publication
public record ConfigSnapshot(
        long version, SortedMap<ResourceKey, Sourced<ConfigResource>> resources) {
    public static final ConfigSnapshot EMPTY = new ConfigSnapshot(0, new TreeMap<>());

    public ConfigSnapshot {
        resources = Collections.unmodifiableSortedMap(new TreeMap<>(resources));
    }

    /// All resources of one kind, by namespace and name.
    public <T extends ConfigResource> List<T> all(Class<T> type) {
        return resources.values().stream()
                .map(Sourced::value)
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ConfigSnapshot(_, Map<ResourceKey, Sourced<ConfigResource>> that)
                && resources.equals(that);
    }

    @Override
    public int hashCode() {
        return resources.hashCode();
    }
}
