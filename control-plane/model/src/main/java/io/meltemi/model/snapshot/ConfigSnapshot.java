package io.meltemi.model.snapshot;

import io.meltemi.model.config.ByAge;
import io.meltemi.model.config.ConfigResource;
import io.meltemi.model.config.MeshConfig;
import io.meltemi.model.config.ResourceKey;
import io.meltemi.model.config.Sourced;
import io.meltemi.model.service.Hostname;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/// The whole valid configuration at one moment. Immutable; equal when its resources are, whatever
/// the version and the places they were written.
///
/// @param version grows with every publication
/// @param services those that are written down as Kubernetes writes them, with their instances
/// @param mesh what is written for the whole mesh
public record ConfigSnapshot(
        long version,
        SortedMap<ResourceKey, Sourced<ConfigResource>> resources,
        SortedMap<Hostname, ServiceSnapshot.Entry> services,
        MeshConfig mesh) {
    public static final ConfigSnapshot EMPTY = new ConfigSnapshot(0, new TreeMap<>());

    public ConfigSnapshot {
        resources = Collections.unmodifiableSortedMap(new TreeMap<>(resources));
        services = Collections.unmodifiableSortedMap(new TreeMap<>(services));
    }

    /// Without services, and nothing written for the whole mesh.
    public ConfigSnapshot(long version, SortedMap<ResourceKey, Sourced<ConfigResource>> resources) {
        this(version, resources, new TreeMap<>(), MeshConfig.DEFAULT);
    }

    /// All resources of one kind: the oldest first, where they have an age, else by namespace and
    /// name.
    public <T extends ConfigResource> List<T> all(Class<T> type) {
        return resources.values().stream()
                .map(Sourced::value)
                .filter(type::isInstance)
                .map(type::cast)
                .sorted(Comparator.comparing(ConfigResource::metadata, ByAge.ORDER))
                .toList();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ConfigSnapshot that
                && resources.equals(that.resources)
                && services.equals(that.services)
                && mesh.equals(that.mesh);
    }

    @Override
    public int hashCode() {
        return Objects.hash(resources, services, mesh);
    }
}
