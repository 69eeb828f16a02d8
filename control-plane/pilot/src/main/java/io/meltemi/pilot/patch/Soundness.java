package io.meltemi.pilot.patch;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import java.util.HashSet;
import java.util.Set;

/// What a patch must leave in order, lest a proxy refuses the whole resource. Thread-safe:
/// stateless.
final class Soundness {
    private Soundness() {}

    /// @param name that the resource had before
    /// @param extensions the configurations that filters can refer to
    /// @throws UnfitException when something is not in order
    static void check(String name, Message resource, Set<String> extensions)
            throws UnfitException, InvalidProtocolBufferException {
        switch (resource) {
            case Cluster cluster -> {
                renamed(name, cluster.getName());
                cluster(cluster);
            }
            case RouteConfiguration table -> {
                renamed(name, table.getName());
                table(table);
            }
            case Listener listener -> {
                renamed(name, listener.getName());
                ListenerSoundness.check(listener, extensions);
            }
            case TypedExtensionConfig extension -> {
                if (!extension.hasTypedConfig()) {
                    throw new UnfitException("have no typed_config");
                }
            }
            default -> {}
        }
    }

    private static void renamed(String before, String after) throws UnfitException {
        if (!before.equals(after)) {
            throw new UnfitException("rename it to '%s': others refer to it".formatted(after));
        }
    }

    private static void cluster(Cluster cluster) throws UnfitException {
        if (cluster.hasTransportSocket() && cluster.getTransportSocketMatchesCount() > 0) {
            throw new UnfitException("have a transport socket beside those it chooses between");
        }
        if (cluster.hasConnectTimeout()
                && cluster.getConnectTimeout().getSeconds() == 0
                && cluster.getConnectTimeout().getNanos() <= 0) {
            throw new UnfitException("have a connect_timeout that is not above zero");
        }
        boolean isNamed =
                cluster.getType() != Cluster.DiscoveryType.EDS
                        && cluster.hasLoadAssignment()
                        && cluster.getLoadAssignment().getClusterName().isEmpty();
        if (isNamed) {
            throw new UnfitException("have a load_assignment without cluster_name");
        }
    }

    static void table(RouteConfiguration table) throws UnfitException {
        Set<String> names = new HashSet<>();
        Set<String> domains = new HashSet<>();
        for (VirtualHost host : table.getVirtualHostsList()) {
            if (host.getName().isEmpty() || !names.add(host.getName())) {
                throw new UnfitException(
                        "leave two virtual hosts with the name '%s', or one without"
                                .formatted(host.getName()));
            }
            if (host.getDomainsCount() == 0) {
                throw new UnfitException(
                        "leave virtual host '%s' without domains".formatted(host.getName()));
            }
            for (String domain : host.getDomainsList()) {
                if (!domains.add(domain)) {
                    throw new UnfitException("leave domain '%s' in two places".formatted(domain));
                }
            }
            for (Route route : host.getRoutesList()) {
                if (!route.hasMatch() || route.getActionCase() == Route.ActionCase.ACTION_NOT_SET) {
                    throw new UnfitException(
                            "leave a route of virtual host '%s' without a match or an action"
                                    .formatted(host.getName()));
                }
            }
        }
    }
}
