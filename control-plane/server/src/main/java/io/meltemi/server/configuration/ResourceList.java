package io.meltemi.server.configuration;

import io.meltemi.galley.Galley;
import io.meltemi.galley.KindChoice;
import io.meltemi.galley.ReadResource;
import io.meltemi.galley.ResourceState;
import io.meltemi.galley.ResourceState.Standing;
import io.meltemi.galley.objects.EmbeddedStore;
import io.meltemi.galley.objects.StoredObject;
import io.meltemi.galley.source.ResourceName;
import io.meltemi.server.status.MeshStatus;
import io.meltemi.xds.proto.control.GetRequest;
import io.meltemi.xds.proto.control.ResourceStatus;
import io.meltemi.xds.proto.control.ResourceStatus.State;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Every document of the sources with what became of it. Thread-safe.
final class ResourceList {
    private final Galley galley;
    private final Optional<EmbeddedStore> store;

    ResourceList(Galley galley, Optional<EmbeddedStore> store) {
        this.galley = galley;
        this.store = store;
    }

    /// @throws IllegalArgumentException when there is no such kind
    List<ResourceStatus> get(GetRequest request) {
        KindChoice kind = KindChoice.parse(request.getKind());
        Map<ResourceName, StoredObject> stored =
                store.<Map<ResourceName, StoredObject>>map(s -> s.contents().objects())
                        .orElse(Map.of());
        return galley.states().stream()
                .filter(state -> isMeant(state.resource().name(), kind, request))
                .map(state -> status(state, stored, request.getWithDocuments()))
                .toList();
    }

    private static boolean isMeant(ResourceName name, KindChoice kind, GetRequest request) {
        boolean isThere =
                name.namespace().isEmpty()
                        || request.getNamespace().isEmpty()
                        || request.getNamespace().equals(name.namespace());
        return isThere
                && kind.means().test(name)
                && (request.getName().isEmpty() || request.getName().equals(name.name()));
    }

    private ResourceStatus status(
            ResourceState state, Map<ResourceName, StoredObject> stored, boolean withDocument) {
        ReadResource resource = state.resource();
        ResourceStatus.Builder status =
                ResourceStatus.newBuilder()
                        .setId(Messages.id(resource.name()))
                        .setSource(resource.at().toString());
        resource.findings().forEach(d -> status.addFindings(MeshStatus.message(d)));
        switch (state.standing()) {
            case Standing.InForce(long version) ->
                    status.setState(State.IN_FORCE).setSinceConfig(version);
            case Standing.Refused() -> status.setState(State.REFUSED);
            case Standing.Held held -> {
                status.setState(State.HELD);
                held.because().forEach(d -> status.addBecause(MeshStatus.message(d)));
            }
        }
        StoredObject object = stored.get(resource.name());
        // What stands in a folder as well is the folder's.
        if (object != null && resource.at().line() == 0) {
            status.setSource("store")
                    .setWrittenFrom(object.from())
                    .setGeneration(object.generation())
                    .setResourceVersion(object.version())
                    .setCreatedEpochSeconds(object.created().getEpochSecond());
        }
        if (withDocument) {
            galley.document(resource).ifPresent(status::setDocument);
        }
        return status.build();
    }
}
