package io.meltemi.xds.server;

import io.meltemi.xds.snapshot.XdsResource;
import java.util.List;
import java.util.Set;

/// What a proxy has to be told. Immutable.
///
/// @param added names of changed resources that are new to the proxy, or were without endpoints
/// @param isDue whether an answer is owed even when there is nothing to say
record Change(List<XdsResource> changed, List<String> removed, Set<String> added, boolean isDue) {
    boolean isEmpty() {
        return changed.isEmpty() && removed.isEmpty() && !isDue;
    }

    /// Whether some of it replaces what the proxy has.
    boolean hasUpdates() {
        return changed.size() > added.size();
    }

    /// Whether it says anything of this name.
    boolean tells(String name) {
        return removed.contains(name)
                || changed.stream().anyMatch(resource -> resource.name().equals(name));
    }

    /// What of it the proxy's words say that they refuse: then it took the rest. Envoy names
    /// clusters and listeners, `...(s) NAME: why`, unless it cannot read the response at all; our
    /// proxy names all, `NAME: why`, one a line.
    List<XdsResource> namedIn(String refusal) {
        String words = "\n" + refusal;
        return changed.stream()
                .filter(resource ->
                        words.contains("\n" + resource.name() + ": ")
                                || words.contains(" " + resource.name() + ": "))
                .toList();
    }
}
