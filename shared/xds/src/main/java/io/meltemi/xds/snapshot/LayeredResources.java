package io.meltemi.xds.snapshot;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The resources of one type in two layers: what many proxies share, and what is one proxy's own.
/// Immutable.
///
/// A thousand proxies that see a thousand services would otherwise hold a million entries, and
/// comparing two snapshots would visit all of them. (It extends a map of the JDK, which has no
/// state to inherit, for its equality with other maps.)
public final class LayeredResources extends AbstractMap<String, XdsResource> {
    private final Map<String, XdsResource> shared;
    private final Map<String, XdsResource> own;

    private LayeredResources(Map<String, XdsResource> shared, Map<String, XdsResource> own) {
        this.shared = shared;
        this.own = own;
    }

    /// @param shared kept as it is: nobody may change it any more
    /// @param own copied; no name of it may be in the other layer
    /// @throws IllegalArgumentException when a name is in both
    public static LayeredResources of(
            Map<String, XdsResource> shared, Map<String, XdsResource> own) {
        own.keySet().stream()
                .filter(shared::containsKey)
                .findFirst()
                .ifPresent(name -> {
                    throw new IllegalArgumentException("resource '" + name + "' is in both layers");
                });
        return new LayeredResources(shared, Collections.unmodifiableMap(new LinkedHashMap<>(own)));
    }

    @Override
    public @Nullable XdsResource get(Object name) {
        XdsResource found = own.get(name);
        return found != null ? found : shared.get(name);
    }

    @Override
    public boolean containsKey(Object name) {
        return own.containsKey(name) || shared.containsKey(name);
    }

    @Override
    public Set<Entry<String, XdsResource>> entrySet() {
        return new AbstractSet<>() {
            @Override
            public Iterator<Entry<String, XdsResource>> iterator() {
                // Through unmodifiable views: neither entries nor iterators let anything change.
                return Stream.concat(
                                Collections.unmodifiableMap(shared).entrySet().stream(),
                                own.entrySet().stream())
                        .iterator();
            }

            @Override
            public int size() {
                return shared.size() + own.size();
            }
        };
    }

    /// Equal to any map of the same resources; quick where the shared layer is the same object.
    @Override
    public boolean equals(Object other) {
        if (other instanceof LayeredResources that && own.equals(that.own)) {
            return shared.equals(that.shared);
        }
        return super.equals(other);
    }

    @Override
    public int hashCode() {
        return super.hashCode();
    }
}
