package io.meltemi.galley.objects;

import io.meltemi.galley.objects.ObjectStore.Contents;
import io.meltemi.galley.source.ConfigSource;
import io.meltemi.galley.source.DocumentSet;
import io.meltemi.galley.source.ResourceName;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/// The objects of a store beside the folders. Thread-safe: without state of its own.
public final class StoreSource implements ConfigSource {
    private static final long BEFORE_ALL = -1;

    private final ObjectStore store;

    /// @param store its owner closes it
    public StoreSource(ObjectStore store) {
        this.store = store;
    }

    @Override
    public void start(Consumer<DocumentSet> listener) {
        store.watch(BEFORE_ALL, contents -> listener.accept(documents(contents, Set.of())));
    }

    /// What it delivers.
    ///
    /// @param without names that are left out
    public static DocumentSet documents(Contents contents, Set<ResourceName> without) {
        return new DocumentSet(
                List.of(),
                contents.objects().values().stream()
                        .filter(object -> !without.contains(object.name()))
                        .map(StoredObject::toClusterObject)
                        .toList(),
                List.of());
    }

    @Override
    public void close() {
        // Nothing runs here.
    }
}
