package io.meltemi.proxy.loadstats;

import io.envoyproxy.envoy.service.load_stats.v3.LoadStatsRequest;
import io.envoyproxy.envoy.service.load_stats.v3.LoadStatsResponse;
import io.meltemi.proxy.cluster.Cluster;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The clusters whose load is asked for. Confined to the configuration thread.
final class LoadWindows {
    private final Supplier<Map<String, ReportedCluster>> clusters;
    private Map<String, LoadWindow> windows = new HashMap<>();

    /// @param clusters those in force, by name
    LoadWindows(Supplier<Map<String, ReportedCluster>> clusters) {
        this.clusters = clusters;
    }

    /// Follows what is asked for and nothing else. Envoy: a cluster that is followed already goes
    /// on from its last report; one that is not has its past forgotten.
    void follow(LoadStatsResponse asked, long nowNanos) {
        Map<String, ReportedCluster> known = clusters.get();
        Collection<String> names =
                asked.getSendAllClusters() ? known.keySet() : asked.getClustersList();
        Map<String, LoadWindow> followed = new HashMap<>();
        for (String name : names) {
            LoadWindow old = windows.get(name);
            followed.put(
                    name, old != null ? old : new LoadWindow(cluster(known.get(name)), nowNanos));
        }
        windows = followed;
    }

    private static @Nullable Cluster cluster(@Nullable ReportedCluster found) {
        return found == null ? null : found.cluster();
    }

    /// Tells what there is of all that are followed. Envoy: one that is not there is left out.
    void report(boolean byEndpoint, long nowNanos, LoadStatsRequest.Builder to) {
        Map<String, ReportedCluster> known = clusters.get();
        windows.forEach((name, window) -> {
            ReportedCluster current = known.get(name);
            if (current == null) {
                window.lost();
            } else {
                to.addClusterStats(window.report(current, byEndpoint, nowNanos));
            }
        });
    }
}
