package io.meltemi.pilot.scope;

import io.meltemi.model.service.Service;
import io.meltemi.pilot.scope.DestinationRules.Rule;
import java.util.Optional;

/// The services that some proxies see, found by their names.
public sealed interface SeenServices permits ServiceScope, SeenServices.Wide {
    /// The service with this full name.
    Optional<MeshService> service(String hostname);

    /// The destination rule that is followed towards a service.
    Optional<Rule> rule(Service service);

    /// What follows the namespace in the full names of the mesh's own services.
    String domainSuffix();

    /// What proxies see that no Sidecar narrows: found one by one, where a whole scope is not
    /// needed. Immutable.
    record Wide(MeshView mesh, Viewer viewer) implements SeenServices {
        public Wide {
            if (viewer.sidecar().isPresent()) {
                throw new IllegalArgumentException(viewer + " sees what its Sidecar lets in");
            }
        }

        @Override
        public Optional<MeshService> service(String hostname) {
            return MeshServices.seenFrom(viewer.namespace(), mesh.services(hostname));
        }

        @Override
        public Optional<Rule> rule(Service service) {
            return mesh.destinationRules().find(viewer, service);
        }

        @Override
        public String domainSuffix() {
            return mesh.settings().domainSuffix();
        }
    }
}
