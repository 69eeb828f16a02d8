package io.meltemi.proxy.config.route;

import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteAction.RequestMirrorPolicy;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.meltemi.proxy.config.check.ConfigPlace;
import java.util.List;
import java.util.function.Predicate;

/// Checks that the clusters which routes name are there. Confined to one route configuration.
///
/// Envoy: `validate_clusters` is true unless said otherwise for routes that stand in a listener,
/// and false for those of RDS.
public final class ClusterReferences {
    private final Predicate<String> isCluster;

    private ClusterReferences(Predicate<String> isCluster) {
        this.isCluster = isCluster;
    }

    /// Refuses every name that is no cluster's, if the configuration wants that.
    ///
    /// @param usual what an absent `validate_clusters` means
    public static void check(
            RouteConfiguration routes, boolean usual, Predicate<String> isCluster, ConfigPlace at) {
        if (!isWanted(routes, usual)) {
            return;
        }
        ClusterReferences references = new ClusterReferences(isCluster);
        references.mirrors(routes.getRequestMirrorPoliciesList(), at);
        for (int i = 0; i < routes.getVirtualHostsCount(); i++) {
            references.host(routes.getVirtualHosts(i), at.element("virtual_hosts", i));
        }
    }

    /// The same for a virtual host that came by itself.
    public static void check(
            VirtualHost host, RouteConfiguration of, Predicate<String> isCluster, ConfigPlace at) {
        if (isWanted(of, false)) {
            new ClusterReferences(isCluster).host(host, at);
        }
    }

    private static boolean isWanted(RouteConfiguration routes, boolean usual) {
        return routes.hasValidateClusters() ? routes.getValidateClusters().getValue() : usual;
    }

    private void host(VirtualHost host, ConfigPlace at) {
        mirrors(host.getRequestMirrorPoliciesList(), at);
        for (int i = 0; i < host.getRoutesCount(); i++) {
            if (host.getRoutes(i).hasRoute()) {
                action(host.getRoutes(i).getRoute(), at.element("routes", i).field("route"));
            }
        }
    }

    private void action(RouteAction action, ConfigPlace at) {
        mirrors(action.getRequestMirrorPoliciesList(), at);
        name(action.getCluster(), at.field("cluster"));
        for (int i = 0; i < action.getWeightedClusters().getClustersCount(); i++) {
            name(
                    action.getWeightedClusters().getClusters(i).getName(),
                    at.field("weighted_clusters").element("clusters", i).field("name"));
        }
    }

    private void mirrors(List<RequestMirrorPolicy> policies, ConfigPlace at) {
        for (int i = 0; i < policies.size(); i++) {
            name(
                    policies.get(i).getCluster(),
                    at.element("request_mirror_policies", i).field("cluster"));
        }
    }

    /// An empty one is a cluster that the request names.
    private void name(String cluster, ConfigPlace at) {
        if (!cluster.isEmpty() && !isCluster.test(cluster)) {
            at.refuse("'" + cluster + "' is no cluster (validate_clusters)");
        }
    }
}
