package io.meltemi.galley.analyze;

import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// Who sees a resource (`exportTo`). Immutable.
///
/// @param namespaces empty: all
record Visibility(Set<String> namespaces) {
    private static final Visibility ALL = new Visibility(Set.of());

    Visibility {
        namespaces = Set.copyOf(namespaces);
    }

    /// @param home the resource's own namespace
    static Visibility of(List<String> exportTo, String home) {
        return exportTo.isEmpty() || exportTo.contains("*")
                ? ALL
                : new Visibility(
                        exportTo.stream()
                                .map(namespace -> namespace.equals(".") ? home : namespace)
                                .collect(Collectors.toUnmodifiableSet()));
    }

    /// Whether some namespace sees both.
    boolean meets(Visibility other) {
        return namespaces.isEmpty()
                || other.namespaces.isEmpty()
                || !Collections.disjoint(namespaces, other.namespaces);
    }
}
