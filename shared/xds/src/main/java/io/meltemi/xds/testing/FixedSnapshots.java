package io.meltemi.xds.testing;

import io.meltemi.xds.server.SnapshotSource;
import io.meltemi.xds.server.XdsPeer;
import io.meltemi.xds.snapshot.XdsSnapshot;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Gives every proxy the same snapshot, which a test sets. Thread-safe.
public final class FixedSnapshots implements SnapshotSource {
    /// Guarded by this.
    private final Map<Long, Consumer<XdsSnapshot>> watchers = new HashMap<>();

    /// Guarded by this.
    private @Nullable XdsSnapshot current;

    /// Guarded by this.
    private @Nullable String refusal;

    /// Hands a snapshot to all who watch and will watch.
    public synchronized void publish(XdsSnapshot snapshot) {
        current = snapshot;
        watchers.values().forEach(watcher -> watcher.accept(snapshot));
    }

    /// From now on refuses every proxy with this message.
    public synchronized void refuse(String message) {
        refusal = message;
    }

    /// How many streams watch at the moment.
    public synchronized int watching() {
        return watchers.size();
    }

    @Override
    public synchronized Watch watch(XdsPeer peer, Consumer<XdsSnapshot> onSnapshot)
            throws RefusedException {
        if (refusal != null) {
            throw new RefusedException(refusal);
        }
        watchers.put(peer.streamId(), onSnapshot);
        if (current != null) {
            onSnapshot.accept(current);
        }
        return () -> unwatch(peer.streamId());
    }

    private synchronized void unwatch(long streamId) {
        watchers.remove(streamId);
    }
}
