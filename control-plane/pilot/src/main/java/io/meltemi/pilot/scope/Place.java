package io.meltemi.pilot.scope;

import io.meltemi.model.service.Locality;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/// What of a proxy decides which instances are near to it. Immutable; proxies with equal ones share
/// what is made of them.
///
/// @param labels only those that some destination rule compares
public record Place(Locality locality, SortedMap<String, String> labels) {
    public Place {
        labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
    }
}
