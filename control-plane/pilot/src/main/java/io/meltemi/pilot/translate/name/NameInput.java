package io.meltemi.pilot.translate.name;

import java.util.List;

/// All that shapes the name table of one namespace's workloads. Immutable; the cache's key.
///
/// @param namespace of the caller: services there have short names
public record NameInput(String namespace, String domainSuffix, List<Name> names) {
    public NameInput {
        names = List.copyOf(names);
    }

    /// @param host the full name
    /// @param addresses virtual ones; never empty
    /// @param inMesh whether it is the mesh's own and has short forms
    public record Name(
            String host, String name, String namespace, List<String> addresses, boolean inMesh) {
        public Name {
            addresses = List.copyOf(addresses);
        }
    }
}
