package io.meltemi.kubernetes;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.informers.cache.ItemStore;
import io.meltemi.galley.source.ClusterObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The objects of one kind as Galley reads them; of the library's own only what it compares by.
/// Thread-safe.
final class ObjectStore implements ItemStore<GenericKubernetesResource> {
    /// @param object empty: nothing of it is for a mesh
    private record Kept(GenericKubernetesResource stub, Optional<ClusterObject> object) {}

    private final ServedKind kind;
    private final Map<String, Kept> kept = new ConcurrentHashMap<>();
    private final AtomicLong changes = new AtomicLong();

    ObjectStore(ServedKind kind) {
        this.kind = kind;
    }

    List<ClusterObject> objects() {
        return kept.values().stream().flatMap(k -> k.object().stream()).toList();
    }

    /// Grows with each change of what [#objects] says.
    long changes() {
        return changes.get();
    }

    @Override
    public String getKey(GenericKubernetesResource resource) {
        ObjectMeta metadata = resource.getMetadata();
        return metadata.getNamespace() == null
                ? metadata.getName()
                : metadata.getNamespace() + "/" + metadata.getName();
    }

    @Override
    public @Nullable GenericKubernetesResource put(String key, GenericKubernetesResource resource) {
        Kept now = new Kept(stub(resource), ObjectConversion.of(kind, resource));
        return replaced(kept.put(key, now), now.object().isPresent());
    }

    @Override
    public @Nullable GenericKubernetesResource remove(String key) {
        return replaced(kept.remove(key), false);
    }

    private @Nullable GenericKubernetesResource replaced(@Nullable Kept before, boolean isForMesh) {
        if (isForMesh || (before != null && before.object().isPresent())) {
            changes.incrementAndGet();
        }
        return stub(before);
    }

    @Override
    public @Nullable GenericKubernetesResource get(String key) {
        return stub(kept.get(key));
    }

    @Override
    public Stream<String> keySet() {
        return kept.keySet().stream();
    }

    @Override
    public Stream<GenericKubernetesResource> values() {
        return kept.values().stream().map(Kept::stub);
    }

    @Override
    public int size() {
        return kept.size();
    }

    @Override
    public boolean isFullState() {
        return false;
    }

    private static @Nullable GenericKubernetesResource stub(@Nullable Kept one) {
        return one == null ? null : one.stub();
    }

    private static GenericKubernetesResource stub(GenericKubernetesResource resource) {
        ObjectMeta names = new ObjectMeta();
        names.setName(resource.getMetadata().getName());
        names.setNamespace(resource.getMetadata().getNamespace());
        names.setUid(resource.getMetadata().getUid());
        names.setResourceVersion(resource.getMetadata().getResourceVersion());
        GenericKubernetesResource stub = new GenericKubernetesResource();
        stub.setApiVersion(resource.getApiVersion());
        stub.setKind(resource.getKind());
        stub.setMetadata(names);
        return stub;
    }
}
