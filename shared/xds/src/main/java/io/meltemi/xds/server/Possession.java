package io.meltemi.xds.server;

import io.meltemi.xds.snapshot.LayeredResources;
import io.meltemi.xds.snapshot.XdsResource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The versions of one type of resource that a proxy has. Confined to its session.
///
/// A proxy mostly has what its snapshot says, and the snapshot is shared by all proxies that see
/// the same: for each only that is kept in which it differs, not a thousand names for each of a
/// thousand proxies.
final class Possession {
    /// Stands for a name that the snapshot has and the proxy does not; no resource's version.
    private static final String NONE = "-";

    /// What the proxy has, but for the names in the other map.
    private Map<String, XdsResource> base = Map.of();

    private final Map<String, String> others = new HashMap<>();
    private int size;

    /// Null: the proxy does not have the name.
    @Nullable String version(String name) {
        String other = others.get(name);
        if (other != null) {
            return other.equals(NONE) ? null : other;
        }
        XdsResource resource = base.get(name);
        return resource == null ? null : resource.version();
    }

    boolean contains(String name) {
        return version(name) != null;
    }

    int size() {
        return size;
    }

    void put(String name, String version) {
        if (!contains(name)) {
            size++;
        }
        // A proxy may say that it has whatever it likes.
        note(name, version.equals(NONE) ? NONE + NONE : version);
    }

    private void note(String name, String version) {
        XdsResource resource = base.get(name);
        if (resource != null && resource.version().equals(version)) {
            others.remove(name);
        } else {
            others.put(name, version);
        }
    }

    void remove(String name) {
        if (contains(name)) {
            size--;
            if (base.containsKey(name)) {
                others.put(name, NONE);
            } else {
                others.remove(name);
            }
        }
    }

    /// @return whether there was any
    boolean removeIf(Predicate<String> wanted) {
        List<String> gone = names().stream().filter(wanted).toList();
        gone.forEach(this::remove);
        return !gone.isEmpty();
    }

    /// All names that the proxy has: as many steps as there are.
    Collection<String> names() {
        List<String> names = new ArrayList<>(size);
        for (String name : base.keySet()) {
            if (!NONE.equals(others.get(name))) {
                names.add(name);
            }
        }
        for (String name : others.keySet()) {
            if (!base.containsKey(name)) {
                names.add(name);
            }
        }
        return names;
    }

    /// The proxy was sent what this snapshot says, as far as that could be said: from now on only
    /// what differs from it is kept. Nothing that the proxy has changes by this.
    ///
    /// Who has less than half of it keeps its own names: one that asks for few of many.
    void settleOn(Map<String, XdsResource> snapshot) {
        Set<String> different = LayeredResources.difference(base, snapshot);
        if (different == null && size < snapshot.size() / 2) {
            return;
        }
        Map<String, String> kept = new HashMap<>();
        for (String name : different == null ? names() : different) {
            String version = version(name);
            kept.put(name, version == null ? NONE : version);
        }
        base = snapshot;
        if (different == null) {
            others.clear();
            for (String name : snapshot.keySet()) {
                if (!kept.containsKey(name)) {
                    others.put(name, NONE);
                }
            }
        }
        kept.forEach(this::settle);
    }

    private void settle(String name, String version) {
        if (version.equals(NONE) && !base.containsKey(name)) {
            others.remove(name);
        } else {
            note(name, version);
        }
    }
}
