package io.meltemi.xds.snapshot;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Collections;
import java.util.HashSet;
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
    private final SharedLayer layer;
    private final Map<String, XdsResource> shared;
    private final Map<String, XdsResource> own;

    private LayeredResources(SharedLayer layer, Map<String, XdsResource> own) {
        this.layer = layer;
        this.shared = layer.resources();
        this.own = own;
    }

    /// @param own copied; no name of it may be in the other layer
    /// @throws IllegalArgumentException when a name is in both
    public static LayeredResources of(SharedLayer shared, Map<String, XdsResource> own) {
        own.keySet().stream()
                .filter(shared.resources()::containsKey)
                .findFirst()
                .ifPresent(name -> {
                    throw new IllegalArgumentException("resource '" + name + "' is in both layers");
                });
        return new LayeredResources(shared, Collections.unmodifiableMap(new LinkedHashMap<>(own)));
    }

    /// The names in which two sets of resources differ, without looking at all of them.
    ///
    /// @return null when that cannot be said so quickly
    @SuppressWarnings("ReferenceEquality") // equal but not the same would have to be looked into
    public static @Nullable Set<String> difference(
            Map<String, XdsResource> earlier, Map<String, XdsResource> later) {
        if (earlier == later) {
            return Set.of();
        }
        if (!(earlier instanceof LayeredResources from && later instanceof LayeredResources to)) {
            return null;
        }
        Set<String> ofShared = to.layer.changedSince(from.layer);
        if (ofShared == null) {
            return null;
        }
        Set<String> all = new HashSet<>(ofShared);
        to.own.forEach((name, resource) -> {
            if (!resource.equals(from.own.get(name))) {
                all.add(name);
            }
        });
        for (String name : from.own.keySet()) {
            if (!to.own.containsKey(name)) {
                all.add(name);
            }
        }
        return all;
    }

    /// What many proxies share.
    public SharedLayer shared() {
        return layer;
    }

    /// What is the proxy's own.
    public Map<String, XdsResource> own() {
        return own;
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
        if (other instanceof LayeredResources that) {
            Set<String> different = difference(that, this);
            if (different != null) {
                return different.isEmpty();
            }
            if (own.equals(that.own)) {
                return shared.equals(that.shared);
            }
        }
        return super.equals(other);
    }

    @Override
    public int hashCode() {
        return super.hashCode();
    }
}
