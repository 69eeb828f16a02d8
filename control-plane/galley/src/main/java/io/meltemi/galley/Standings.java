package io.meltemi.galley;

import io.meltemi.galley.ResourceState.Standing;
import io.meltemi.galley.source.ResourceName;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Which documents are in force, and since which version. Confined to whoever holds Galley's lock.
final class Standings {
    private Map<ResourceName, Since> inForce = Map.of();
    private List<ResourceState> states = List.of();

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
        boolean taken = state.refusing().isEmpty();
        if (taken) {
            Map<ResourceName, Since> now = new HashMap<>();
            for (ReadResource resource : state.read().values()) {
                if (!resource.hasErrors()) {
                    Since before = inForce.get(resource.name());
                    now.put(
                            resource.name(),
                            before != null && before.isOf(resource.value())
                                    ? before
                                    : new Since(resource.value(), version));
                }
            }
            inForce = now;
        }
        states =
                state.read().values().stream()
                        .map(r -> new ResourceState(r, standing(r, state)))
                        .toList();
    }

    private Standing standing(ReadResource resource, Checked state) {
        if (resource.hasErrors()) {
            return new Standing.Refused();
        }
        Since since = inForce.get(resource.name());
        return since != null && since.isOf(resource.value())
                ? new Standing.InForce(since.version())
                : new Standing.Held(state.refusing());
    }

    /// By name.
    List<ResourceState> states() {
        return states;
    }
}
