package io.meltemi.pilot.scope;

import io.meltemi.model.config.ResourceKey;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// In what a mesh differs from those before it. Immutable.
///
/// Meshes are counted: who remembers of which mesh something was made asks here whether its parts
/// have been the same since.
public final class Changes {
    /// Of a mesh with nothing before it.
    static final Changes FIRST = new Changes(1, allAt(1), List.of(), Set.of());

    private final long mesh;
    private final Map<Part, Long> last;
    private final List<MovedInstances> instances;
    private final Set<ResourceKey> requests;

    private Changes(
            long mesh,
            Map<Part, Long> last,
            List<MovedInstances> instances,
            Set<ResourceKey> requests) {
        this.mesh = mesh;
        this.last = last;
        this.instances = List.copyOf(instances);
        this.requests = Set.copyOf(requests);
    }

    private static Map<Part, Long> allAt(long mesh) {
        Map<Part, Long> all = new EnumMap<>(Part.class);
        for (Part part : Part.values()) {
            all.put(part, mesh);
        }
        return Collections.unmodifiableMap(all);
    }

    /// Those of the next mesh.
    ///
    /// @param changed the parts in which it differs from this one
    /// @param instances where nothing else of services changed: of which ports
    /// @param requests where nothing else of virtual services changed: of which ones
    Changes next(Set<Part> changed, List<MovedInstances> instances, Set<ResourceKey> requests) {
        Map<Part, Long> newer = new EnumMap<>(last);
        changed.forEach(part -> newer.put(part, mesh + 1));
        return new Changes(mesh + 1, newer, instances, requests);
    }

    /// The number of this mesh.
    public long mesh() {
        return mesh;
    }

    /// Whether all these parts are as they were in an earlier mesh.
    public boolean noneSince(long earlier, Set<Part> parts) {
        for (Part part : parts) {
            if (last.getOrDefault(part, mesh) > earlier) {
                return false;
            }
        }
        return true;
    }

    /// The ports whose instances differ from those in the mesh before.
    public List<MovedInstances> instances() {
        return instances;
    }

    /// The virtual services that do something else with requests than in the mesh before.
    public Set<ResourceKey> requests() {
        return requests;
    }

    /// One port of a service whose instances changed and nothing else.
    ///
    /// @param place among all ports of services
    public record MovedInstances(int place, PortView before, PortView now) {}
}
