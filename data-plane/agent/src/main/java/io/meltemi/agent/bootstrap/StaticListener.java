package io.meltemi.agent.bootstrap;

import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.extensions.filters.http.router.v3.Router;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;

/// A listener of the bootstrap that passes one path on to a cluster of it. Thread-safe: no state.
final class StaticListener {
    private StaticListener() {}

    /// @param address where scrapers and probes come to
    static Listener passing(String name, Address address, String path, String cluster) {
        HttpConnectionManager http =
                HttpConnectionManager.newBuilder()
                        .setStatPrefix(name)
                        .setRouteConfig(
                                RouteConfiguration.newBuilder()
                                        .setName(name)
                                        .addVirtualHosts(
                                                VirtualHost.newBuilder()
                                                        .setName(name)
                                                        .addDomains("*")
                                                        .addRoutes(route(path, cluster))))
                        .addHttpFilters(
                                HttpFilter.newBuilder()
                                        .setName("envoy.filters.http.router")
                                        .setTypedConfig(
                                                SidecarBootstrap.packed(
                                                        Router.getDefaultInstance())))
                        .build();
        return Listener.newBuilder()
                .setName(name)
                .setAddress(address)
                .addFilterChains(
                        FilterChain.newBuilder()
                                .addFilters(
                                        Filter.newBuilder()
                                                .setName(
                                                        "envoy.filters.network.http_connection_manager")
                                                .setTypedConfig(SidecarBootstrap.packed(http))))
                .build();
    }

    private static Route route(String path, String cluster) {
        return Route.newBuilder()
                .setMatch(RouteMatch.newBuilder().setPath(path))
                .setRoute(RouteAction.newBuilder().setCluster(cluster))
                .build();
    }
}
