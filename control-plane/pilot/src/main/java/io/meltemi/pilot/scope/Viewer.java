package io.meltemi.pilot.scope;

import io.meltemi.model.config.ResourceKey;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/// What of a proxy decides which services it sees. Immutable; proxies with equal ones share what is
/// made of them.
///
/// @param sidecar the resource that narrows what it sees
/// @param rules the destination rules for selected callers that are for it
public record Viewer(
        String namespace, Optional<ResourceKey> sidecar, SortedSet<ResourceKey> rules) {
    public Viewer {
        rules = Collections.unmodifiableSortedSet(new TreeSet<>(rules));
    }
}
