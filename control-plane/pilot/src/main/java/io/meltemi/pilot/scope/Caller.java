package io.meltemi.pilot.scope;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/// What of a proxy decides which routes it follows. Immutable; proxies with equal ones share them.
///
/// @param labels only those that some virtual service asks for
public record Caller(Viewer viewer, SortedMap<String, String> labels) {
    public Caller {
        labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
    }

    public String namespace() {
        return viewer.namespace();
    }
}
