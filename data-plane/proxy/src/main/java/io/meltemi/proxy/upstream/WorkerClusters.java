package io.meltemi.proxy.upstream;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The clusters of one worker, by name. Confined to its event loop.
public final class WorkerClusters {
    private final Map<String, WorkerCluster> byName = new HashMap<>();

    /// The cluster in force under this name, or null.
    public @Nullable WorkerCluster get(String name) {
        return byName.get(name);
    }

    /// Puts a cluster in force; one of the same name drains.
    public void put(WorkerCluster cluster) {
        WorkerCluster old = byName.put(cluster.cluster().name(), cluster);
        if (old != null) {
            old.drain();
        }
    }

    /// The cluster is gone: requests under way end, no others begin.
    public void remove(String name) {
        WorkerCluster old = byName.remove(name);
        if (old != null) {
            old.drain();
        }
    }

    /// Closes every connection.
    public void clear() {
        byName.values().forEach(WorkerCluster::close);
        byName.clear();
    }
}
