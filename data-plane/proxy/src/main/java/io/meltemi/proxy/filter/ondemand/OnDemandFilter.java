package io.meltemi.proxy.filter.ondemand;

import io.meltemi.proxy.filter.FilterStream;
import io.meltemi.proxy.filter.HttpFilter;
import org.jspecify.annotations.Nullable;

/// Has a request wait for the virtual host it lacks, and then for the cluster. Immutable.
///
/// Envoy: who has a route already does not wait for a virtual host, a catch-all's included.
final class OnDemandFilter implements HttpFilter {
    private final String name;
    private final @Nullable ClusterDiscovery clusters;

    /// @param name of the filter, by which routes configure it
    /// @param clusters null: only for routes that say where to ask
    OnDemandFilter(String name, @Nullable ClusterDiscovery clusters) {
        this.name = name;
        this.clusters = clusters;
    }

    @Override
    public Verdict onRequest(FilterStream stream) {
        boolean waits;
        if (stream.route() != null) {
            stream.useVirtualHost();
            waits = awaitsCluster(stream);
        } else {
            waits =
                    stream.awaitVirtualHost(() -> {
                        if (!awaitsCluster(stream)) {
                            stream.resume();
                        }
                    });
        }
        return waits ? Verdict.PAUSE : Verdict.CONTINUE;
    }

    private boolean awaitsCluster(FilterStream stream) {
        ClusterDiscovery asked =
                switch (stream.routeConfig(name)) {
                    case ClusterDiscovery own -> own;
                    case ClusterDiscovery.Off _ -> null;
                    case null, default -> clusters;
                };
        return asked != null && stream.awaitCluster(asked.lookup(), asked.mostNanos());
    }
}
