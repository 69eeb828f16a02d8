package io.meltemi.proxy.upstream;

import io.meltemi.proxy.cluster.Cluster;
import io.meltemi.proxy.cluster.Endpoint;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The clusters of one worker, by name. Confined to its event loop.
public final class WorkerClusters {
    private final Map<String, WorkerCluster> byName = new HashMap<>();
    private long generation;

    /// The cluster in force under this name, or null.
    public @Nullable WorkerCluster get(String name) {
        return byName.get(name);
    }

    /// Another number whenever another cluster is in force under a name.
    long generation() {
        return generation;
    }

    /// Puts a cluster in force; one of the same name drains.
    public void put(WorkerCluster cluster) {
        generation++;
        WorkerCluster old = byName.put(cluster.cluster().name(), cluster);
        if (old != null) {
            old.drain();
        }
    }

    /// The cluster is gone: requests under way end, no others begin.
    public void remove(String name) {
        generation++;
        WorkerCluster old = byName.remove(name);
        if (old != null) {
            old.drain();
        }
    }

    /// An endpoint of a cluster is taken out.
    public void onFailed(Cluster cluster, Endpoint endpoint) {
        WorkerCluster known = byName.get(cluster.name());
        if (known != null && known.cluster().equals(cluster)) {
            known.onFailed(endpoint);
        }
    }

    /// Closes every connection.
    public void clear() {
        byName.values().forEach(WorkerCluster::close);
        byName.clear();
    }
}
