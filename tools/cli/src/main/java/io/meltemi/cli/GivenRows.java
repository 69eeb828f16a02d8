package io.meltemi.cli;

import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.meltemi.xds.snapshot.ResourceType;
import io.meltemi.xds.snapshot.XdsResource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Resources as rows of a table. Immutable.
final class GivenRows {
    private GivenRows() {}

    static List<String> head(ResourceType type) {
        List<String> head =
                new ArrayList<>(
                        switch (type) {
                            case CLUSTER -> List.of("NAME", "TYPE", "BALANCER");
                            case LISTENER -> List.of("NAME", "ADDRESS", "CHAINS", "FILTERS");
                            case ROUTE ->
                                    List.of("NAME", "HOST", "DOMAINS", "MATCH", "DESTINATION");
                            case ENDPOINT -> List.of("ENDPOINT", "STATUS", "WEIGHT", "CLUSTER");
                            default -> List.of("NAME", "TYPE");
                        });
        head.add("STATE");
        return head;
    }

    static List<List<String>> of(XdsResource resource) throws InvalidProtocolBufferException {
        var body = resource.body().getValue();
        return switch (resource.type()) {
            case CLUSTER -> List.of(cluster(Cluster.parseFrom(body)));
            case LISTENER -> List.of(listener(Listener.parseFrom(body)));
            case ROUTE -> routes(RouteConfiguration.parseFrom(body));
            case VIRTUAL_HOST -> hosts(resource.name(), VirtualHost.parseFrom(body));
            case ENDPOINT -> endpoints(ClusterLoadAssignment.parseFrom(body));
            default -> List.of(secret(Secret.parseFrom(body)));
        };
    }

    private static List<String> cluster(Cluster cluster) {
        String type =
                cluster.hasClusterType()
                        ? cluster.getClusterType().getName()
                        : cluster.getType().name();
        return List.of(cluster.getName(), type, cluster.getLbPolicy().name());
    }

    private static List<String> listener(Listener listener) {
        List<String> filters =
                listener.getFilterChainsList().stream()
                        .flatMap(chain -> chain.getFiltersList().stream())
                        .map(filter -> filter.getName().replaceFirst("^envoy\\.filters\\.", ""))
                        .distinct()
                        .toList();
        List<FilterChain> chains = listener.getFilterChainsList();
        return List.of(
                listener.getName(),
                address(listener.getAddress()),
                Integer.toString(chains.size()),
                String.join(",", filters));
    }

    private static String address(Address address) {
        SocketAddress socket = address.getSocketAddress();
        return address.hasPipe()
                ? address.getPipe().getPath()
                : socket.getAddress() + ":" + socket.getPortValue();
    }

    private static List<List<String>> routes(RouteConfiguration table) {
        List<List<String>> rows = new ArrayList<>();
        table.getVirtualHostsList().forEach(host -> rows.addAll(hosts(table.getName(), host)));
        return rows;
    }

    private static List<List<String>> hosts(String table, VirtualHost host) {
        List<List<String>> rows = new ArrayList<>();
        for (Route route : host.getRoutesList()) {
            rows.add(
                    List.of(
                            table,
                            host.getName(),
                            host.getDomainsCount() == 0
                                    ? ""
                                    : host.getDomains(0)
                                            + (host.getDomainsCount() > 1
                                                    ? " + " + (host.getDomainsCount() - 1)
                                                    : ""),
                            match(route),
                            destination(route)));
        }
        return rows;
    }

    private static String match(Route route) {
        String path =
                switch (route.getMatch().getPathSpecifierCase()) {
                    case PREFIX -> route.getMatch().getPrefix() + "*";
                    case PATH -> route.getMatch().getPath();
                    case SAFE_REGEX -> "~" + route.getMatch().getSafeRegex().getRegex();
                    case PATH_SEPARATED_PREFIX -> route.getMatch().getPathSeparatedPrefix() + "/*";
                    default -> route.getMatch().getPathSpecifierCase().name();
                };
        int more = route.getMatch().getHeadersCount() + route.getMatch().getQueryParametersCount();
        return more == 0 ? path : path + " + " + more;
    }

    private static String destination(Route route) {
        return switch (route.getActionCase()) {
            case ROUTE ->
                    route.getRoute().hasWeightedClusters()
                            ? route.getRoute().getWeightedClusters().getClustersList().stream()
                                    .map(c -> c.getName() + "=" + c.getWeight().getValue())
                                    .reduce((a, b) -> a + "," + b)
                                    .orElse("")
                            : route.getRoute().getCluster();
            case DIRECT_RESPONSE -> "answers " + route.getDirectResponse().getStatus();
            case REDIRECT -> "redirects";
            default -> route.getActionCase().name().toLowerCase(Locale.ROOT);
        };
    }

    private static List<List<String>> endpoints(ClusterLoadAssignment assignment) {
        List<List<String>> rows = new ArrayList<>();
        assignment.getEndpointsList().stream()
                .flatMap(locality -> locality.getLbEndpointsList().stream())
                .forEach(endpoint -> rows.add(endpoint(assignment.getClusterName(), endpoint)));
        return rows;
    }

    private static List<String> endpoint(String cluster, LbEndpoint endpoint) {
        return List.of(
                address(endpoint.getEndpoint().getAddress()),
                endpoint.getHealthStatus().name(),
                Integer.toString(endpoint.getLoadBalancingWeight().getValue()),
                cluster);
    }

    private static List<String> secret(Secret secret) {
        return List.of(secret.getName(), secret.getTypeCase().name().toLowerCase(Locale.ROOT));
    }
}
