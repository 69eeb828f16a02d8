package io.meltemi.xds.client;

import io.meltemi.xds.snapshot.XdsResource;
import java.util.List;
import java.util.Set;

/// A response as far as it can be handed on. Immutable.
///
/// @param version the control plane's word for the whole
/// @param controlPlane what the control plane calls itself; empty when it does not
/// @param removed names that are said to be gone
/// @param isWholeWorld whether what is not in it is gone, for types of which all are wanted
/// @param problems of resources that do not even reach the listener
/// @param malformed why nothing of it can be used; empty when it can
record Received(
        String version,
        String controlPlane,
        List<XdsResource> changed,
        List<String> removed,
        boolean isWholeWorld,
        List<ResourceProblem> problems,
        String malformed) {
    Received {
        changed = List.copyOf(changed);
        removed = List.copyOf(removed);
        problems = List.copyOf(problems);
    }

    /// What is gone: what the response says, or of all known names those it does not mention.
    List<String> gone(Set<String> known) {
        if (!isWholeWorld) {
            return removed;
        }
        Set<String> left = new java.util.LinkedHashSet<>(known);
        changed.forEach(resource -> left.remove(resource.name()));
        problems.forEach(problem -> left.remove(problem.name()));
        return List.copyOf(left);
    }
}
