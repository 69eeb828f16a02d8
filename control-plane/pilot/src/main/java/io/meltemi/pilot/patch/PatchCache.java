package io.meltemi.pilot.patch;

import io.meltemi.pilot.scope.ProxyNode;
import io.meltemi.xds.snapshot.SharedLayer;
import io.meltemi.xds.snapshot.XdsResource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// Keeps patched resources, so that proxies with the same patches share them. Confined to Pilot's
/// lock.
///
/// Bounded by what the mesh needs: what was not asked for during one whole push is forgotten.
public final class PatchCache {
    private final Generations<Key, Outcome> resources = new Generations<>();
    private final Generations<LayerKey, Layer<SharedLayer>> layers = new Generations<>();

    /// What decides about a patched resource.
    ///
    /// @param extensions the configurations that filters can refer to
    record Key(XdsResource resource, List<Patch> patches, Set<String> extensions) {
        Key {
            patches = List.copyOf(patches);
            extensions = Set.copyOf(extensions);
        }
    }

    /// @param resource empty: it was removed
    /// @param fitted the patches that changed something, by their place in the list
    /// @param faults why the others of these places were left out
    record Outcome(
            Optional<XdsResource> resource, Set<Integer> fitted, Map<Integer, String> faults) {
        Outcome {
            fitted = Set.copyOf(fitted);
            faults = Map.copyOf(faults);
        }
    }

    /// What decides about a patched layer of resources that proxies share: which layer (one is kept
    /// while nothing in it changes), and which patches.
    record LayerKey(
            SharedLayer shared, ProxyNode.Type type, List<Patch> patches, Set<String> extensions) {
        LayerKey {
            patches = List.copyOf(patches);
            extensions = Set.copyOf(extensions);
        }

        /// Whether it is about the same as an earlier one, later.
        boolean follows(LayerKey earlier) {
            return type == earlier.type
                    && patches.equals(earlier.patches)
                    && extensions.equals(earlier.extensions)
                    && shared.follows(earlier.shared);
        }
    }

    /// A layer after its patches.
    ///
    /// @param fitted by their place in the list
    /// @param faults by their place, of the first resource that has one
    record Layer<R>(R resources, Set<Integer> fitted, Map<Integer, Fault> faults) {
        /// The same findings about other resources.
        <S> Layer<S> with(S others) {
            return new Layer<>(others, fitted, faults);
        }
    }

    record Fault(String resource, String reason) {}

    Outcome outcome(Key key, Supplier<Outcome> patching) {
        return resources.get(key, patching);
    }

    /// @param patching gives the resources after the patches
    Layer<SharedLayer> layer(LayerKey key, Supplier<Layer<Map<String, XdsResource>>> patching) {
        return layers.get(key, () -> made(key, patching.get()));
    }

    /// The untouched layer where nothing changed, so that it stays shared with those who have no
    /// patches; else what follows the one before, so that only the difference is looked at.
    private Layer<SharedLayer> made(LayerKey key, Layer<Map<String, XdsResource>> patched) {
        if (patched.resources().equals(key.shared().resources())) {
            return patched.with(key.shared());
        }
        return patched.with(
                layers.earlier(key::follows)
                        .map(before -> before.resources().next(patched.resources()))
                        .orElseGet(() -> SharedLayer.of(patched.resources())));
    }

    /// Ends a push.
    public void rotate() {
        resources.rotate();
        layers.rotate();
    }

    private static final class Generations<K, V> {
        private Map<K, V> current = new HashMap<>();
        private Map<K, V> previous = new HashMap<>();

        V get(K key, Supplier<V> make) {
            V known = current.get(key);
            if (known == null) {
                known = previous.get(key);
                if (known == null) {
                    known = make.get();
                }
                current.put(key, known);
            }
            return known;
        }

        Optional<V> earlier(Predicate<K> wanted) {
            return previous.entrySet().stream()
                    .filter(entry -> wanted.test(entry.getKey()))
                    .map(Map.Entry::getValue)
                    .findFirst();
        }

        void rotate() {
            previous = current;
            current = new HashMap<>();
        }
    }
}
