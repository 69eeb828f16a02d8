package io.meltemi.xds.snapshot;

import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;

/// Everything one proxy should have, at one moment. Immutable.
///
/// @param version of the whole, shown to people
public record XdsSnapshot(String version, Map<ResourceType, Map<String, XdsResource>> resources) {
    public static final XdsSnapshot EMPTY = new XdsSnapshot("0", Map.of());

    public XdsSnapshot {
        Map<ResourceType, Map<String, XdsResource>> copy = new EnumMap<>(ResourceType.class);
        resources.forEach((type, byName) -> copy.put(type, immutable(byName)));
        resources = Collections.unmodifiableMap(copy);
    }

    private static Map<String, XdsResource> immutable(Map<String, XdsResource> byName) {
        return byName instanceof LayeredResources
                ? byName
                : Collections.unmodifiableMap(new LinkedHashMap<>(byName));
    }

    /// A snapshot of these resources; a later one of the same type and name replaces an earlier.
    public static XdsSnapshot of(String version, Collection<XdsResource> resources) {
        Map<ResourceType, Map<String, XdsResource>> byType = new EnumMap<>(ResourceType.class);
        for (XdsResource resource : resources) {
            byType.computeIfAbsent(resource.type(), _ -> new LinkedHashMap<>())
                    .put(resource.name(), resource);
        }
        return new XdsSnapshot(version, byType);
    }

    /// All resources of a type by name, in the order in which they were put; empty when none.
    public Map<String, XdsResource> of(ResourceType type) {
        return resources.getOrDefault(type, Map.of());
    }
}
