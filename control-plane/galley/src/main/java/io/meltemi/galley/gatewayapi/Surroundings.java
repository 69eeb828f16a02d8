package io.meltemi.galley.gatewayapi;

import io.meltemi.model.config.ConfigResource;
import io.meltemi.model.service.Hostname;
import io.meltemi.model.snapshot.MeshSettings;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What documents of the Gateway API refer to and are not. Immutable.
///
/// @param namespaces their labels by their names, as far as they are written down
/// @param resources of the mesh's own kinds
/// @param services all that there are beside those; absent: nobody knows
public record Surroundings(
        Map<String, Map<String, String>> namespaces,
        List<ConfigResource> resources,
        Optional<Set<Hostname>> services,
        MeshSettings settings) {
    public Surroundings {
        namespaces = Map.copyOf(namespaces);
        resources = List.copyOf(resources);
    }
}
