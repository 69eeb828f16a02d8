package io.meltemi.pilot.push;

import io.meltemi.pilot.scope.Part;
import io.meltemi.xds.snapshot.SharedLayer;
import io.meltemi.xds.snapshot.XdsResource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/// Layers of resources that many proxies have in common, each made at most once per mesh. Confined
/// to Pilot's lock.
///
/// A layer knows in what it differs from the one before it, and is that one where nothing differs.
record SharedLayers(Derived<Object, SharedLayer> known) {
    /// @param key a record of its own: it says what is made
    /// @param of the parts that it is made of
    SharedLayer once(Object key, Set<Part> of, Supplier<List<XdsResource>> resources) {
        return known.get(key, of, () -> layer(key, resources.get()));
    }

    /// The same with a short way.
    ///
    /// @param by the part that may have changed for it
    /// @param others what the change comes to; empty: the short way does not lead there
    SharedLayer once(
            Object key,
            Set<Part> of,
            Part by,
            Supplier<Optional<List<XdsResource>>> others,
            Supplier<List<XdsResource>> resources) {
        return known.get(
                key,
                of,
                by,
                before -> others.get().map(some -> before.with(byName(some))),
                () -> layer(key, resources.get()));
    }

    private SharedLayer layer(Object key, List<XdsResource> resources) {
        Map<String, XdsResource> now = byName(resources);
        return known.before(key).map(l -> l.next(now)).orElseGet(() -> SharedLayer.of(now));
    }

    private static Map<String, XdsResource> byName(List<XdsResource> resources) {
        Map<String, XdsResource> byName = new LinkedHashMap<>();
        resources.forEach(resource -> byName.put(resource.name(), resource));
        return byName;
    }
}
