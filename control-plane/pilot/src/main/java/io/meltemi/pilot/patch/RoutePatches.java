package io.meltemi.pilot.patch;

import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.meltemi.model.config.EnvoyFilter.ApplyTo;
import io.meltemi.model.config.EnvoyFilter.Context;
import io.meltemi.model.config.EnvoyFilter.HostMatch;
import io.meltemi.model.config.EnvoyFilter.Operation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// Patches of route tables, of their virtual hosts and routes. Thread-safe: stateless.
final class RoutePatches {
    /// Istio: tables, then their hosts, then routes: changed first, inserted later; hosts are added
    /// last, so that what is added is not patched.
    static final Comparator<Patch> ORDER = Comparator.comparingInt(RoutePatches::rank);

    private RoutePatches() {}

    private static int rank(Patch patch) {
        return switch (patch.applyTo()) {
            case ROUTE_CONFIGURATION -> 0;
            case VIRTUAL_HOST -> patch.adds() ? 4 : 1;
            case HTTP_ROUTE -> patch.merges() || patch.removes() ? 2 : 3;
            case LISTENER,
                    LISTENER_FILTER,
                    FILTER_CHAIN,
                    NETWORK_FILTER,
                    HTTP_FILTER,
                    CLUSTER,
                    EXTENSION_CONFIG ->
                    5;
        };
    }

    static boolean isForRoutes(Patch patch, Context context) {
        return patch.isFor(ApplyTo.ROUTE_CONFIGURATION, context)
                || patch.isFor(ApplyTo.VIRTUAL_HOST, context)
                || patch.isFor(ApplyTo.HTTP_ROUTE, context);
    }

    /// @param patch that is for this table
    static RouteConfiguration apply(Patch patch, RouteConfiguration table) {
        return switch (patch.applyTo()) {
            case ROUTE_CONFIGURATION -> patch.merges() ? patch.mergedInto(table) : table;
            case VIRTUAL_HOST ->
                    table.toBuilder()
                            .clearVirtualHosts()
                            .addAllVirtualHosts(hosts(patch, table.getVirtualHostsList()))
                            .build();
            case HTTP_ROUTE -> routes(patch, table);
            case LISTENER,
                    LISTENER_FILTER,
                    FILTER_CHAIN,
                    NETWORK_FILTER,
                    HTTP_FILTER,
                    CLUSTER,
                    EXTENSION_CONFIG ->
                    table;
        };
    }

    private static List<VirtualHost> hosts(Patch patch, List<VirtualHost> hosts) {
        Predicate<VirtualHost> place = host -> RouteMatches.host(patch, host);
        VirtualHost value = (VirtualHost) patch.value();
        return switch (patch.operation()) {
            case REMOVE -> ListEdit.without(hosts, place);
            case REPLACE -> hosts.stream().map(h -> place.test(h) ? value : h).toList();
            case MERGE, MERGE_AND_REPLACE_LIST ->
                    hosts.stream().map(h -> place.test(h) ? patch.mergedInto(h) : h).toList();
            case ADD, INSERT_BEFORE, INSERT_AFTER, INSERT_FIRST -> {
                List<VirtualHost> more = new ArrayList<>(hosts);
                more.add(value);
                yield more;
            }
        };
    }

    private static RouteConfiguration routes(Patch patch, RouteConfiguration table) {
        RouteConfiguration.Builder patched = table.toBuilder();
        for (int i = 0; i < table.getVirtualHostsCount(); i++) {
            VirtualHost host = table.getVirtualHosts(i);
            if (RouteMatches.host(patch, host)) {
                patched.setVirtualHosts(
                        i,
                        host.toBuilder()
                                .clearRoutes()
                                .addAllRoutes(routes(patch, host.getRoutesList()))
                                .build());
            }
        }
        return patched.build();
    }

    private static List<Route> routes(Patch patch, List<Route> routes) {
        Optional<Predicate<Route>> place =
                RouteMatches.hostMatch(patch)
                        .flatMap(HostMatch::route)
                        .map(m -> route -> RouteMatches.route(m, route));
        Predicate<Route> chosen = place.orElse(_ -> true);
        return switch (patch.operation()) {
            case REMOVE -> ListEdit.without(routes, chosen);
            case MERGE, MERGE_AND_REPLACE_LIST ->
                    routes.stream().map(r -> chosen.test(r) ? patch.mergedInto(r) : r).toList();
            case ADD, INSERT_BEFORE, INSERT_AFTER, INSERT_FIRST -> {
                // Istio: first of all, but only where the one that is named is there.
                boolean missing =
                        patch.operation() == Operation.INSERT_FIRST
                                && place.isPresent()
                                && ListEdit.first(routes, chosen) < 0;
                yield missing
                        ? routes
                        : ListEdit.inserted(routes, patch, (Route) patch.value(), place);
            }
            case REPLACE -> routes;
        };
    }
}
