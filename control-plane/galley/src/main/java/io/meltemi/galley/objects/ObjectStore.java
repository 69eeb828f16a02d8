package io.meltemi.galley.objects;

import io.meltemi.galley.source.ResourceName;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/// Where objects are kept: as much as any store of revisions can do. Thread-safe.
public interface ObjectStore extends AutoCloseable {
    /// Everything at one moment. Immutable.
    ///
    /// @param revision grows with every change
    record Contents(long revision, SortedMap<ResourceName, StoredObject> objects) {
        public static final Contents EMPTY = new Contents(0, new TreeMap<>());

        public Contents {
            objects = Collections.unmodifiableSortedMap(new TreeMap<>(objects));
        }
    }

    /// What is to become of one object.
    sealed interface Change {
        ResourceName name();

        /// @param from where its writer has it
        record Put(ResourceName name, Map<String, Object> fields, String from) implements Change {
            /// Without the fields, which may hold a private key.
            @Override
            public String toString() {
                return "put " + name;
            }
        }

        record Remove(ResourceName name) implements Change {}
    }

    /// Somebody else was faster.
    final class StaleException extends Exception {
        private static final long serialVersionUID = 1L;

        public StaleException(long at, long revision) {
            super("the store is at revision " + revision + ", not at " + at + " any more");
        }
    }

    Contents contents();

    /// Hands over every later state, one at a time and in order, until the store is closed.
    ///
    /// @param after a revision; when the store is past it, the state of now comes before this
    ///   returns
    void watch(long after, Consumer<Contents> listener);

    /// Makes all of these changes or none, if nobody has changed anything since a revision.
    ///
    /// @throws StaleException when somebody has
    /// @throws IOException when it cannot be written, or is more than the store holds
    Contents put(long at, List<Change> changes) throws IOException, StaleException;

    @Override
    void close() throws IOException;
}
