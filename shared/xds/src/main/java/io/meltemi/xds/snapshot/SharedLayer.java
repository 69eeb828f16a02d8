package io.meltemi.xds.snapshot;

import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The resources of one type that many proxies have in common, and in what they differ from those
/// before. Immutable.
///
/// The difference is looked for once, where the layer is made, so that bringing a proxy from one
/// layer to the next costs what changed and not what there is.
public final class SharedLayer {
    public static final SharedLayer EMPTY = of(Map.of());

    private final Map<String, XdsResource> resources;
    private final Set<String> changed;

    /// Stands for this layer, so that the next one need not keep it alive.
    private final Object identity = new Object();

    private final @Nullable Object before;

    private SharedLayer(
            Map<String, XdsResource> resources, Set<String> changed, @Nullable Object before) {
        this.resources = resources;
        this.changed = changed;
        this.before = before;
    }

    /// A layer with nothing before it.
    public static SharedLayer of(Map<String, XdsResource> resources) {
        return new SharedLayer(copy(resources), Set.of(), null);
    }

    /// What follows this layer: itself, where nothing differs.
    public SharedLayer next(Map<String, XdsResource> now) {
        Set<String> different = new HashSet<>();
        now.forEach((name, resource) -> {
            if (!resource.equals(resources.get(name))) {
                different.add(name);
            }
        });
        for (String name : resources.keySet()) {
            if (!now.containsKey(name)) {
                different.add(name);
            }
        }
        return different.isEmpty() ? this : new SharedLayer(copy(now), different, identity);
    }

    /// The same for who knows what differs: these resources stand in the place of those of their
    /// names, and nothing else is looked at.
    public SharedLayer with(Map<String, XdsResource> others) {
        Set<String> different = new HashSet<>();
        others.forEach((name, resource) -> {
            if (!resource.equals(resources.get(name))) {
                different.add(name);
            }
        });
        if (different.isEmpty()) {
            return this;
        }
        Map<String, XdsResource> all = new LinkedHashMap<>(resources);
        all.putAll(others);
        return new SharedLayer(Collections.unmodifiableMap(all), different, identity);
    }

    private static Map<String, XdsResource> copy(Map<String, XdsResource> resources) {
        return Collections.unmodifiableMap(new LinkedHashMap<>(resources));
    }

    public Map<String, XdsResource> resources() {
        return resources;
    }

    /// Whether this layer was made of an earlier one, or is that one.
    public boolean follows(SharedLayer earlier) {
        return changedSince(earlier) != null;
    }

    /// The names in which this differs from an earlier layer; null when that is not known.
    @SuppressWarnings("ReferenceEquality")
    @Nullable Set<String> changedSince(SharedLayer earlier) {
        if (this == earlier) {
            return Set.of();
        }
        return earlier.identity.equals(before) ? changed : null;
    }
}
