package io.meltemi.proxy;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import io.envoyproxy.envoy.admin.v3.BootstrapConfigDump;
import io.envoyproxy.envoy.admin.v3.ClustersConfigDump;
import io.envoyproxy.envoy.admin.v3.EcdsConfigDump;
import io.envoyproxy.envoy.admin.v3.EndpointsConfigDump;
import io.envoyproxy.envoy.admin.v3.ListenersConfigDump;
import io.envoyproxy.envoy.admin.v3.ListenersConfigDump.DynamicListener;
import io.envoyproxy.envoy.admin.v3.ListenersConfigDump.DynamicListenerState;
import io.envoyproxy.envoy.admin.v3.RoutesConfigDump;
import io.envoyproxy.envoy.admin.v3.SecretsConfigDump;
import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.ScopedRouteConfiguration;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.meltemi.proxy.cluster.Endpoint;
import io.meltemi.proxy.cluster.EndpointSet;
import io.meltemi.proxy.tls.ShownSecrets;
import io.meltemi.xds.message.Anys;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/// The messages of Envoy's `/config_dump`, in its order. Confined to the configuration thread.
///
/// @param named which names are shown
/// @param endpoints whether endpoints are shown, too (`include_eds`)
record ConfigDumpPage(
        Bootstrap bootstrap,
        Timestamp started,
        ConfigurationView view,
        ShownSecrets secrets,
        Predicate<String> named,
        boolean endpoints) {
    List<Message> configs() {
        List<Message> all = new ArrayList<>();
        all.add(
                BootstrapConfigDump.newBuilder()
                        .setBootstrap(bootstrap)
                        .setLastUpdated(started)
                        .build());
        all.add(clusters());
        if (view.ofExtensions().isUsed()) {
            all.add(extensions());
        }
        if (endpoints) {
            all.add(endpointsDump());
        }
        all.add(listeners());
        all.add(new ScopesDump(view, named).dump());
        all.add(routes());
        all.add(secretsDump());
        return all;
    }

    private static Timestamp time(long millis) {
        return Timestamps.fromMillis(millis);
    }

    private ClustersConfigDump clusters() {
        ClustersConfigDump.Builder dump = ClustersConfigDump.newBuilder();
        for (ActiveCluster cluster : view.clusters().values()) {
            if (!named.test(cluster.name())) {
                continue;
            }
            Any proto = Anys.pack(cluster.compiled.proto());
            if (cluster.isStatic) {
                dump.addStaticClustersBuilder()
                        .setCluster(proto)
                        .setLastUpdated(time(cluster.createdMillis));
            } else {
                dump.addDynamicActiveClustersBuilder()
                        .setVersionInfo(cluster.version)
                        .setCluster(proto)
                        .setLastUpdated(time(cluster.createdMillis));
            }
        }
        for (ActiveCluster cluster : view.warmingClusters().values()) {
            if (named.test(cluster.name())) {
                dump.addDynamicWarmingClustersBuilder()
                        .setVersionInfo(cluster.version)
                        .setCluster(Anys.pack(cluster.compiled.proto()))
                        .setLastUpdated(time(cluster.createdMillis));
            }
        }
        return dump.build();
    }

    private EcdsConfigDump extensions() {
        EcdsConfigDump.Builder dump = EcdsConfigDump.newBuilder();
        for (ActiveExtensions.Known known : view.ofExtensions().all()) {
            if (named.test(known.proto().getName())) {
                dump.addEcdsFiltersBuilder()
                        .setVersionInfo(known.version())
                        .setEcdsFilter(Anys.pack(known.proto()))
                        .setLastUpdated(time(known.updatedMillis()));
            }
        }
        return dump.build();
    }

    private ListenersConfigDump listeners() {
        ListenersConfigDump.Builder dump = ListenersConfigDump.newBuilder();
        Map<String, DynamicListener.Builder> dynamic = new TreeMap<>();
        for (ActiveListener listener : view.listeners().values()) {
            if (!named.test(listener.name())) {
                continue;
            }
            if (listener.isStatic) {
                dump.addStaticListenersBuilder()
                        .setListener(Anys.pack(listener.compiled.proto()))
                        .setLastUpdated(time(listener.createdMillis));
            } else {
                of(listener.name(), dynamic).setActiveState(state(listener));
            }
        }
        for (ActiveListener listener : view.warmingListeners().values()) {
            if (named.test(listener.name())) {
                of(listener.name(), dynamic).setWarmingState(state(listener));
            }
        }
        for (RefusedListener listener : view.refusedListeners()) {
            if (named.test(listener.name())) {
                of(listener.name(), dynamic)
                        .getErrorStateBuilder()
                        .setFailedConfiguration(listener.body())
                        .setLastUpdateAttempt(time(listener.millis()))
                        .setDetails(listener.why());
            }
        }
        dynamic.values().forEach(dump::addDynamicListeners);
        return dump.build();
    }

    private static DynamicListener.Builder of(
            String name, Map<String, DynamicListener.Builder> dynamic) {
        return dynamic.computeIfAbsent(name, each -> DynamicListener.newBuilder().setName(each));
    }

    private static DynamicListenerState state(ActiveListener listener) {
        return DynamicListenerState.newBuilder()
                .setVersionInfo(listener.version)
                .setListener(Anys.pack(listener.compiled.proto()))
                .setLastUpdated(time(listener.createdMillis))
                .build();
    }

    private RoutesConfigDump routes() {
        RoutesConfigDump.Builder dump = RoutesConfigDump.newBuilder();
        for (ActiveListener listener : view.listeners().values()) {
            for (RouteConfiguration inline : inlineRoutes(listener.compiled.proto())) {
                if (named.test(inline.getName())) {
                    dump.addStaticRouteConfigsBuilder()
                            .setRouteConfig(Anys.pack(inline))
                            .setLastUpdated(time(listener.createdMillis));
                }
            }
        }
        view.routes()
                .forEach(entry -> {
                    RouteSlot slot = entry.getValue();
                    RouteConfiguration whole = slot.whole();
                    if (whole != null && named.test(entry.getKey())) {
                        dump.addDynamicRouteConfigsBuilder()
                                .setVersionInfo(slot.version)
                                .setRouteConfig(Anys.pack(whole))
                                .setLastUpdated(time(slot.updatedMillis));
                    }
                });
        return dump.build();
    }

    private static List<RouteConfiguration> inlineRoutes(Listener listener) {
        List<RouteConfiguration> routes = new ArrayList<>();
        for (HttpConnectionManager manager : managers(listener)) {
            if (manager.hasRouteConfig()) {
                routes.add(manager.getRouteConfig());
            }
            for (ScopedRouteConfiguration scope :
                    manager.getScopedRoutes()
                            .getScopedRouteConfigurationsList()
                            .getScopedRouteConfigurationsList()) {
                routes.add(scope.getRouteConfiguration());
            }
        }
        return routes;
    }

    /// The connection managers of all filter chains.
    static List<HttpConnectionManager> managers(Listener listener) {
        List<FilterChain> chains = new ArrayList<>(listener.getFilterChainsList());
        if (listener.hasDefaultFilterChain()) {
            chains.add(listener.getDefaultFilterChain());
        }
        List<HttpConnectionManager> managers = new ArrayList<>();
        for (FilterChain chain : chains) {
            for (Filter filter : chain.getFiltersList()) {
                if (Anys.is(filter.getTypedConfig(), HttpConnectionManager.class)) {
                    managers.add(manager(filter.getTypedConfig()));
                }
            }
        }
        return managers;
    }

    private static HttpConnectionManager manager(Any config) {
        try {
            return Anys.unpack(config, HttpConnectionManager.class);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("a listener in force cannot be read", e);
        }
    }

    private EndpointsConfigDump endpointsDump() {
        EndpointsConfigDump.Builder dump = EndpointsConfigDump.newBuilder();
        for (ActiveCluster cluster : view.clusters().values()) {
            String eds = cluster.edsName();
            if (!named.test(eds == null ? cluster.name() : eds)) {
                continue;
            }
            Any assignment = Anys.pack(assignment(cluster));
            if (cluster.isStatic) {
                dump.addStaticEndpointConfigsBuilder().setEndpointConfig(assignment);
            } else {
                dump.addDynamicEndpointConfigsBuilder().setEndpointConfig(assignment);
            }
        }
        return dump.build();
    }

    /// The endpoints in use: those of EDS, of the cluster itself, or what a name resolved to.
    private static ClusterLoadAssignment assignment(ActiveCluster cluster) {
        ClusterLoadAssignment.Builder dump = ClusterLoadAssignment.newBuilder();
        String eds = cluster.edsName();
        dump.setClusterName(eds == null ? cluster.name() : eds);
        int priority = 0;
        for (EndpointSet.Level level : cluster.cluster.endpoints().levels()) {
            for (EndpointSet.LocalityEndpoints locality : level.localities()) {
                dump.addEndpoints(locality(locality, priority));
            }
            priority++;
        }
        dump.getPolicyBuilder().getOverprovisioningFactorBuilder().setValue(140);
        return dump.build();
    }

    private static LocalityLbEndpoints locality(
            EndpointSet.LocalityEndpoints endpoints, int priority) {
        LocalityLbEndpoints.Builder dump = LocalityLbEndpoints.newBuilder();
        Endpoint.Locality where = endpoints.locality();
        dump.getLocalityBuilder()
                .setRegion(where.region())
                .setZone(where.zone())
                .setSubZone(where.subZone());
        dump.setPriority(priority);
        dump.getLoadBalancingWeightBuilder().setValue(endpoints.weight());
        for (Endpoint endpoint : endpoints.endpoints()) {
            var lb = dump.addLbEndpointsBuilder();
            lb.getEndpointBuilder()
                    .setAddress(ClustersPage.address(endpoint.address()))
                    .setHostname(endpoint.definition().hostname());
            for (InetSocketAddress address : endpoint.definition().additionalAddresses()) {
                lb.getEndpointBuilder()
                        .addAdditionalAddressesBuilder()
                        .setAddress(ClustersPage.address(address));
            }
            lb.setHealthStatus(ClustersPage.edsHealth(endpoint));
            lb.getLoadBalancingWeightBuilder().setValue(endpoint.weight());
            lb.getMetadataBuilder().putAllFilterMetadata(endpoint.definition().metadata());
        }
        return dump.build();
    }

    private SecretsConfigDump secretsDump() {
        return secrets.dump(bootstrap.getStaticResources().getSecretsList(), named);
    }
}
