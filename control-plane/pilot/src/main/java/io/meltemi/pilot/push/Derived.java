package io.meltemi.pilot.push;

import io.meltemi.pilot.scope.Changes;
import io.meltemi.pilot.scope.Part;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/// What was derived of a mesh, by what it is for: taken over from the mesh before as long as no
/// part changes that it was made of. Confined to Pilot's lock.
///
/// Bounded by what is asked for: what nobody asked for in one mesh is not known in the next.
final class Derived<K, V> {
    private final Changes changes;
    private final Runnable count;
    private final Map<K, Dated<V>> before;
    private final Map<K, Dated<V>> known = new HashMap<>();

    /// @param mesh of which it holds
    private record Dated<V>(V value, long mesh) {}

    private Derived(Changes changes, Runnable count, Map<K, Dated<V>> before) {
        this.changes = changes;
        this.count = count;
        this.before = before;
    }

    /// With nothing before it.
    ///
    /// @param count called for each that is derived the long way
    static <K, V> Derived<K, V> first(Changes changes, Runnable count) {
        return new Derived<>(changes, count, Map.of());
    }

    Derived<K, V> next(Changes later) {
        return new Derived<>(later, count, known);
    }

    /// What is known of this mesh, or derived now.
    ///
    /// @param of the parts that it is made of
    V get(K key, Set<Part> of, Supplier<V> derive) {
        Dated<V> there = known.get(key);
        if (there != null) {
            return there.value();
        }
        return keep(key, ofBefore(key, of).map(Dated::value).orElseGet(() -> derived(derive)));
    }

    /// The same with a short way from the mesh before this one.
    ///
    /// @param by the part that may have changed for it
    /// @param shortWay gives nothing where it does not lead there
    V get(K key, Set<Part> of, Part by, Function<V, Optional<V>> shortWay, Supplier<V> derive) {
        Dated<V> there = known.get(key);
        if (there != null) {
            return there.value();
        }
        return keep(
                key,
                ofBefore(key, of)
                        .map(Dated::value)
                        .or(() ->
                                ofBefore(key, without(of, by))
                                        .filter(dated -> dated.mesh() == changes.mesh() - 1)
                                        .flatMap(dated -> shortWay.apply(dated.value())))
                        .orElseGet(() -> derived(derive)));
    }

    /// What was there in the mesh before, whatever changed since.
    Optional<V> before(K key) {
        return Optional.ofNullable(before.get(key)).map(Dated::value);
    }

    /// Takes over what still holds, for who does not need it now but may later.
    void keep(K key, Set<Part> of) {
        if (!known.containsKey(key)) {
            ofBefore(key, of).ifPresent(dated -> keep(key, dated.value()));
        }
    }

    private V derived(Supplier<V> derive) {
        count.run();
        return derive.get();
    }

    private V keep(K key, V value) {
        known.put(key, new Dated<>(value, changes.mesh()));
        return value;
    }

    private Optional<Dated<V>> ofBefore(K key, Set<Part> of) {
        return Optional.ofNullable(before.get(key))
                .filter(dated -> changes.noneSince(dated.mesh(), of));
    }

    private static Set<Part> without(Set<Part> parts, Part one) {
        Set<Part> left = EnumSet.copyOf(parts);
        left.remove(one);
        return left;
    }
}
