package io.meltemi.galley;

import io.meltemi.galley.ResourceState.Standing;
import io.meltemi.galley.source.ResourceName;
import io.meltemi.model.diagnostic.Diagnostic;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Which documents are in force, and since which version. Confined to whoever holds Galley's lock.
final class Standings {
    private final Map<ResourceName, Since> inForce = new HashMap<>();
    private Map<ResourceName, ReadResource> newest = Map.of();
    private List<Diagnostic> refusing = List.of();

    private record Since(Object value, long version) {
        /// Who read it once has the same object still.
        @SuppressWarnings("ReferenceEquality")
        boolean isOf(Object other) {
            return value == other || value.equals(other);
        }
    }

    /// A state has been offered.
    ///
    /// @param version of the configuration in force now
    void offered(Checked state, long version) {
        newest = state.read();
        refusing = state.refusing();
        if (!refusing.isEmpty()) {
            return;
        }
        int count = 0;
        for (ReadResource resource : newest.values()) {
            if (!resource.hasErrors()) {
                count++;
                Since before = inForce.get(resource.name());
                if (before == null || !before.isOf(resource.value())) {
                    inForce.put(resource.name(), new Since(resource.value(), version));
                }
            }
        }
        if (inForce.size() > count) {
            inForce.keySet().removeIf(name -> !isGood(newest.get(name)));
        }
    }

    private static boolean isGood(@Nullable ReadResource resource) {
        return resource != null && !resource.hasErrors();
    }

    private Standing standing(ReadResource resource) {
        if (resource.hasErrors()) {
            return new Standing.Refused();
        }
        Since since = inForce.get(resource.name());
        return since != null && since.isOf(resource.value())
                ? new Standing.InForce(since.version())
                : new Standing.Held(refusing);
    }

    /// By name.
    List<ResourceState> states() {
        return newest.values().stream()
                .sorted(Comparator.comparing(ReadResource::name))
                .map(resource -> new ResourceState(resource, standing(resource)))
                .toList();
    }
}
