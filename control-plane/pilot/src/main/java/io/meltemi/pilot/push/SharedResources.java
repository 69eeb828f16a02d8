package io.meltemi.pilot.push;

import io.meltemi.pilot.PilotSettings;
import io.meltemi.pilot.scope.Caller;
import io.meltemi.pilot.scope.MeshService;
import io.meltemi.pilot.scope.MeshView;
import io.meltemi.pilot.scope.Place;
import io.meltemi.pilot.scope.ServiceScope;
import io.meltemi.pilot.scope.Viewer;
import io.meltemi.pilot.translate.cluster.ClusterInput;
import io.meltemi.pilot.translate.cluster.ClusterTranslation;
import io.meltemi.pilot.translate.endpoint.EndpointInput;
import io.meltemi.pilot.translate.endpoint.EndpointTranslation;
import io.meltemi.pilot.translate.listener.Observability;
import io.meltemi.pilot.translate.listener.OutboundListenerInput;
import io.meltemi.pilot.translate.listener.OutboundListeners;
import io.meltemi.pilot.translate.name.NameInput;
import io.meltemi.pilot.translate.name.NameInput.Name;
import io.meltemi.pilot.translate.name.NameTranslation;
import io.meltemi.pilot.translate.route.SidecarHostTranslation;
import io.meltemi.pilot.translate.route.SidecarRouteInput;
import io.meltemi.pilot.translate.route.SidecarRouteTranslation;
import io.meltemi.pilot.translate.route.SplitRoutes;
import io.meltemi.xds.snapshot.ResourceType;
import io.meltemi.xds.snapshot.SharedLayer;
import io.meltemi.xds.snapshot.XdsResource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// What many proxies have in common, made once per mesh. Confined to Pilot's lock.
///
/// What comes out the same as for the mesh before is the same object as before, and what differs
/// knows in what: proxies' snapshots are then compared without looking at all of them.
final class SharedResources {
    private final MeshView mesh;
    private final TranslationCache cache;
    private final Map<Object, SharedLayer> before;
    private final Map<Object, SharedLayer> made = new HashMap<>();
    private final Map<Viewer, ServiceScope> scopes = new HashMap<>();
    private final Map<Viewer, OutboundScope> outbound = new HashMap<>();
    private final Map<RoutesOf, List<SplitRoutes>> pieces = new HashMap<>();
    private final OutboundRoutes routes;

    private record ClustersOf(Viewer viewer, Place caller) {}

    private record EndpointsOf(Viewer viewer, Place caller) {}

    private record RoutesOf(Caller caller, boolean forwardProxy) {}

    /// Of all routes of some callers, what travels as this type when hosts travel by themselves.
    private record PiecesOf(Caller caller, boolean forwardProxy, ResourceType type) {}

    private record ListenersOf(Caller caller, Observability observability) {}

    private record BoundListenersOf(Caller caller, Observability observability, String host) {}

    private record NamesOf(Viewer viewer) {}

    /// @param before those of the mesh before, or these of none
    SharedResources(
            PilotSettings settings,
            MeshView mesh,
            TranslationCache cache,
            Map<Object, SharedLayer> before) {
        this.mesh = mesh;
        this.cache = cache;
        this.before = Map.copyOf(before);
        this.routes = new OutboundRoutes(settings, mesh, this::scope);
    }

    /// Everything that was asked for, for the next mesh to compare with.
    Map<Object, SharedLayer> made() {
        return made;
    }

    /// Made at most once per mesh.
    ///
    /// @param key a record of its own: it says what is made
    SharedLayer once(Object key, Supplier<List<XdsResource>> resources) {
        SharedLayer known = made.get(key);
        if (known == null) {
            Map<String, XdsResource> byName = new LinkedHashMap<>();
            resources.get().forEach(resource -> byName.put(resource.name(), resource));
            SharedLayer last = before.get(key);
            known = last == null ? SharedLayer.of(byName) : last.next(byName);
            made.put(key, known);
        }
        return known;
    }

    /// What a proxy sees.
    ServiceScope scope(Viewer viewer) {
        return scopes.computeIfAbsent(viewer, mesh::scope);
    }

    private OutboundScope outbound(Viewer viewer) {
        return outbound.computeIfAbsent(viewer, v -> new OutboundScope(mesh, scope(v)));
    }

    /// What its routes are made of.
    SidecarRoutes routesOf(Caller caller) {
        return routes.whole(caller);
    }

    /// The clusters of all services that it sees.
    ///
    /// @param place of the proxy
    SharedLayer clusters(Viewer viewer, Place place) {
        return once(
                new ClustersOf(viewer, place),
                () ->
                        outbound(viewer).clusters(place).stream()
                                .map(input ->
                                        cache.resource(
                                                ResourceType.CLUSTER,
                                                input.name(),
                                                input,
                                                ClusterTranslation::translate))
                                .toList());
    }

    /// What those are made of.
    List<ClusterInput> clusterInputs(Viewer viewer, Place place) {
        return outbound(viewer).clusters(place);
    }

    /// What those endpoints are made of that are sent.
    List<EndpointInput> endpointInputs(Viewer viewer, Place place) {
        return outbound(viewer).endpoints(place);
    }

    /// The instances of some clusters that take the mesh's TLS, under the names by which callers in
    /// other networks call them.
    List<EndpointInput> sniDnatEndpoints(Viewer viewer, Place place, List<ClusterInput> clusters) {
        return clusters.isEmpty() ? List.of() : outbound(viewer).sniDnatEndpoints(place, clusters);
    }

    /// Their endpoints, as callers of its place see them.
    SharedLayer endpoints(Viewer viewer, Place place) {
        return once(
                new EndpointsOf(viewer, place),
                () -> outbound(viewer).endpoints(place).stream().map(this::endpoints).toList());
    }

    XdsResource endpoints(EndpointInput input) {
        return cache.resource(
                ResourceType.ENDPOINT, input.cluster(), input, EndpointTranslation::translate);
    }

    /// The routes of every port.
    SharedLayer routes(Caller caller) {
        return once(
                new RoutesOf(caller, false), () -> routes.tables(caller).map(this::route).toList());
    }

    /// The routes of all ports in one table, and those of ports that a sidecar resource opens.
    SharedLayer forwardProxyRoutes(Caller caller) {
        return once(
                new RoutesOf(caller, true),
                () -> routes.forwardProxyTables(caller).map(this::route).toList());
    }

    /// The same routes in pieces: what stays together as [ResourceType#ROUTE], and the hosts that
    /// travel by themselves as [ResourceType#VIRTUAL_HOST].
    SharedLayer pieces(Caller caller, boolean forwardProxy, ResourceType type) {
        return once(
                new PiecesOf(caller, forwardProxy, type),
                () ->
                        split(caller, forwardProxy).stream()
                                .flatMap(routes -> pieces(routes, type))
                                .toList());
    }

    private List<SplitRoutes> split(Caller caller, boolean forwardProxy) {
        return pieces.computeIfAbsent(
                new RoutesOf(caller, forwardProxy),
                _ ->
                        (forwardProxy ? routes.forwardProxyTables(caller) : routes.tables(caller))
                                .map(SplitRoutes::of)
                                .toList());
    }

    private Stream<XdsResource> pieces(SplitRoutes routes, ResourceType type) {
        return type == ResourceType.ROUTE
                ? Stream.of(
                        cache.resource(
                                type,
                                routes.table().name(),
                                routes.table(),
                                SplitRoutes::translate))
                : routes.hosts().stream()
                        .map(host ->
                                cache.resource(
                                        type,
                                        host.name(),
                                        host,
                                        SidecarHostTranslation::translate));
    }

    private XdsResource route(SidecarRouteInput input) {
        return cache.resource(
                ResourceType.ROUTE, input.name(), input, SidecarRouteTranslation::translate);
    }

    /// The outbound side of every sidecar in a pod that routes and observes alike.
    SharedLayer outboundListeners(Caller caller, Observability observability) {
        return once(
                new ListenersOf(caller, observability),
                () -> listeners(routes.listeners(caller, observability)));
    }

    /// The ports that a sidecar resource opens, where nothing redirects to the sidecar.
    ///
    /// @param host the sidecar's address
    SharedLayer boundListeners(Caller caller, Observability observability, String host) {
        return once(
                new BoundListenersOf(caller, observability, host),
                () -> listeners(routes.bound(caller, observability, host)));
    }

    private List<XdsResource> listeners(Map<String, OutboundListenerInput> inputs) {
        return inputs.entrySet().stream().map(e -> listener(e.getKey(), e.getValue())).toList();
    }

    private XdsResource listener(String name, OutboundListenerInput input) {
        return cache.resource(ResourceType.LISTENER, name, input, OutboundListeners::translate);
    }

    /// The names that applications of a namespace may use.
    SharedLayer names(Viewer viewer) {
        return once(new NamesOf(viewer), () -> List.of(nameTable(viewer)));
    }

    private XdsResource nameTable(Viewer viewer) {
        List<Name> names =
                scope(viewer).services().values().stream()
                        .filter(s -> !s.isWildcard())
                        .map(SharedResources::name)
                        .filter(name -> !name.addresses().isEmpty())
                        .toList();
        return cache.resource(
                ResourceType.NAME_TABLE,
                NameTranslation.RESOURCE,
                new NameInput(viewer.namespace(), mesh.settings().domainSuffix(), names),
                NameTranslation::translate);
    }

    private static Name name(MeshService service) {
        return new Name(
                service.service().hostname().value(),
                service.service().name(),
                service.service().namespace(),
                // Of a block no address can be told.
                service.addresses().stream().filter(a -> a.indexOf('/') < 0).toList(),
                service.from().isEmpty());
    }
}
