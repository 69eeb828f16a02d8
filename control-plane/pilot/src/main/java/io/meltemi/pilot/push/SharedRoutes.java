package io.meltemi.pilot.push;

import io.meltemi.pilot.scope.Caller;
import io.meltemi.pilot.scope.MeshView;
import io.meltemi.pilot.scope.Part;
import io.meltemi.pilot.scope.Viewer;
import io.meltemi.pilot.translate.route.SidecarHostInput;
import io.meltemi.pilot.translate.route.SidecarHostTranslation;
import io.meltemi.pilot.translate.route.SidecarRouteInput;
import io.meltemi.pilot.translate.route.SidecarRouteTranslation;
import io.meltemi.pilot.translate.route.SplitRoutes;
import io.meltemi.xds.snapshot.ResourceType;
import io.meltemi.xds.snapshot.SharedLayer;
import io.meltemi.xds.snapshot.XdsResource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// The routes that many sidecars have in common, as whole tables and in pieces. Confined to Pilot's
/// lock.
final class SharedRoutes {
    private final MeshView mesh;
    private final TranslationCache cache;
    private final SharedLayers layers;
    private final OutboundRoutes routes;
    private final Derived<RoutesOf, List<SplitRoutes>> pieces;

    private record RoutesOf(Caller caller, boolean forwardProxy) {}

    /// Of all routes of some callers, what travels as this type when hosts travel by themselves. Of
    /// this mesh.
    private final Map<Viewer, Optional<Rerouted>> rerouted = new HashMap<>();

    private record PiecesOf(Caller caller, boolean forwardProxy, ResourceType type) {}

    private SharedRoutes(
            MeshView mesh,
            TranslationCache cache,
            SharedLayers layers,
            OutboundRoutes routes,
            Derived<RoutesOf, List<SplitRoutes>> pieces) {
        this.mesh = mesh;
        this.cache = cache;
        this.layers = layers;
        this.routes = routes;
        this.pieces = pieces;
    }

    /// Of a mesh with nothing before it.
    static SharedRoutes first(
            MeshView mesh,
            TranslationCache cache,
            SharedLayers layers,
            OutboundRoutes routes,
            Work work) {
        return new SharedRoutes(
                mesh,
                cache,
                layers,
                routes,
                Derived.first(mesh.changes(), () -> work.count(Work.Step.ROUTES)));
    }

    /// Of the next mesh.
    SharedRoutes next(MeshView later, SharedLayers itsLayers, OutboundRoutes itsRoutes) {
        return new SharedRoutes(later, cache, itsLayers, itsRoutes, pieces.next(later.changes()));
    }

    /// The routes of every port.
    SharedLayer tables(Caller caller) {
        return layers.once(
                new RoutesOf(caller, false),
                MadeOf.routes(caller),
                () -> routes.tables(caller).map(this::route).toList());
    }

    /// The routes of all ports in one table, and those of ports that a sidecar resource opens.
    SharedLayer forwardProxy(Caller caller) {
        return layers.once(
                new RoutesOf(caller, true),
                MadeOf.routes(caller),
                () -> routes.forwardProxyTables(caller).map(this::route).toList());
    }

    /// The same routes in pieces: what stays together as [ResourceType#ROUTE], and the hosts that
    /// travel by themselves as [ResourceType#VIRTUAL_HOST].
    SharedLayer pieces(Caller caller, boolean forwardProxy, ResourceType type) {
        Object key = new PiecesOf(caller, forwardProxy, type);
        List<SplitRoutes> all = split(caller, forwardProxy);
        return layers.once(
                key,
                MadeOf.routes(caller),
                Part.REQUESTS,
                () -> rerouted(caller).map(r -> touched(r, all, type)),
                () -> all.stream().flatMap(r -> pieces(r, type)).toList());
    }

    private List<SplitRoutes> split(Caller caller, boolean forwardProxy) {
        return pieces.get(
                new RoutesOf(caller, forwardProxy),
                MadeOf.routes(caller),
                Part.REQUESTS,
                before -> rerouted(caller).map(r -> before.stream().map(r::in).toList()),
                () ->
                        (forwardProxy ? routes.forwardProxyTables(caller) : routes.tables(caller))
                                .map(SplitRoutes::of)
                                .toList());
    }

    private Optional<Rerouted> rerouted(Caller caller) {
        return rerouted.computeIfAbsent(caller.viewer(), viewer -> Rerouted.of(mesh, viewer));
    }

    private List<XdsResource> touched(Rerouted rerouted, List<SplitRoutes> all, ResourceType type) {
        return type == ResourceType.ROUTE
                ? all.stream()
                        .map(SplitRoutes::table)
                        .filter(table -> table.staying().stream().anyMatch(rerouted::isTouched))
                        .map(this::table)
                        .toList()
                : all.stream()
                        .flatMap(routes -> routes.hosts().stream())
                        .filter(rerouted::isTouched)
                        .map(this::host)
                        .toList();
    }

    private XdsResource host(SidecarHostInput input) {
        return cache.resource(
                ResourceType.VIRTUAL_HOST, input.name(), input, SidecarHostTranslation::translate);
    }

    private Stream<XdsResource> pieces(SplitRoutes routes, ResourceType type) {
        return type == ResourceType.ROUTE
                ? Stream.of(table(routes.table()))
                : routes.hosts().stream().map(this::host);
    }

    private XdsResource table(SplitRoutes.Table table) {
        return cache.resource(ResourceType.ROUTE, table.name(), table, SplitRoutes::translate);
    }

    private XdsResource route(SidecarRouteInput input) {
        return cache.resource(
                ResourceType.ROUTE, input.name(), input, SidecarRouteTranslation::translate);
    }
}
