package io.meltemi.proxy.config.route;

import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.VirtualCluster;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.match.HeaderMatchCompiler;
import io.meltemi.proxy.decide.route.RequestCounts;
import io.meltemi.proxy.decide.route.VirtualClusters;
import io.meltemi.proxy.observe.stats.TrafficStats;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Compiles where a virtual host's requests are counted. Confined to one virtual host.
///
/// Envoy: `vhost.NAME.vcluster.NAME.`, with `other` for what is of no virtual cluster, and
/// `vhost.NAME.route.STAT_PREFIX.`.
final class RequestCountsCompiler {
    private final FilterConfigs surroundings;
    private final String prefix;
    private final VirtualClusters clusters;

    RequestCountsCompiler(VirtualHost host, FilterConfigs surroundings, ConfigPlace at) {
        this.surroundings = surroundings;
        this.prefix = "vhost." + host.getName() + '.';
        this.clusters = host.getVirtualClustersCount() == 0 ? VirtualClusters.NONE : all(host, at);
    }

    private VirtualClusters all(VirtualHost host, ConfigPlace at) {
        List<VirtualClusters.Kind> all = new ArrayList<>();
        for (int i = 0; i < host.getVirtualClustersCount(); i++) {
            VirtualCluster cluster = host.getVirtualClusters(i);
            ConfigPlace place = at.element("virtual_clusters", i);
            if (cluster.getHeadersCount() == 0) {
                place.field("headers").refuse("must not be empty");
            }
            all.add(
                    new VirtualClusters.Kind(
                            HeaderMatchCompiler.compileAll(
                                    cluster.getHeadersList(), place, "headers"),
                            stats("vcluster." + cluster.getName() + '.')));
        }
        return new VirtualClusters(all, stats("vcluster.other."));
    }

    private TrafficStats stats(String name) {
        return surroundings.traffic(prefix + name);
    }

    /// Null: they are counted for their cluster only.
    @Nullable RequestCounts of(Route route) {
        TrafficStats own =
                route.getStatPrefix().isEmpty()
                        ? null
                        : stats("route." + route.getStatPrefix() + '.');
        return own == null && clusters.others() == null ? null : new RequestCounts(own, clusters);
    }
}
