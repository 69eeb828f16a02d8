package io.meltemi.pilot.push;

import io.meltemi.pilot.PilotSettings;
import io.meltemi.pilot.scope.Caller;
import io.meltemi.pilot.scope.Changes;
import io.meltemi.pilot.scope.MeshService;
import io.meltemi.pilot.scope.MeshView;
import io.meltemi.pilot.scope.Part;
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
import io.meltemi.xds.snapshot.ResourceType;
import io.meltemi.xds.snapshot.SharedLayer;
import io.meltemi.xds.snapshot.XdsResource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What many proxies have in common, made once per mesh. Confined to Pilot's lock.
///
/// What nothing changed that it is made of ([MadeOf]) is taken over from the mesh before. Other
/// instances of a service, and other rules for requests to it, have short ways: nothing but its
/// endpoints, or its virtual hosts, is made. What comes out the same is the same object as before,
/// and what differs knows in what: proxies' snapshots are compared without looking at all of them.
final class SharedResources {
    private final PilotSettings settings;
    private final MeshView mesh;
    private final TranslationCache cache;
    private final SharedLayers layers;
    private final Derived<Viewer, ServiceScope> scopes;
    private final Derived<Viewer, OutboundScope> outbound;
    private final OutboundRoutes followed;
    private final SharedRoutes routes;

    private record ClustersOf(Viewer viewer, Place caller) {}

    private record EndpointsOf(Viewer viewer, Place caller) {}

    private record ListenersOf(Caller caller, Observability observability) {}

    private record BoundListenersOf(Caller caller, Observability observability, String host) {}

    private record NamesOf(Viewer viewer) {}

    /// Of a mesh with nothing before it.
    SharedResources(PilotSettings settings, MeshView mesh, TranslationCache cache, Work work) {
        Changes changes = mesh.changes();
        this.settings = settings;
        this.mesh = mesh;
        this.cache = cache;
        this.layers = new SharedLayers(Derived.first(changes, () -> work.count(Work.Step.LAYER)));
        this.scopes = Derived.first(changes, () -> work.count(Work.Step.SCOPE));
        this.outbound = Derived.first(changes, () -> work.count(Work.Step.CLUSTERS));
        this.followed = new OutboundRoutes(settings, mesh, this::scope);
        this.routes = SharedRoutes.first(mesh, cache, layers, followed, work);
    }

    private SharedResources(SharedResources before, MeshView mesh) {
        Changes changes = mesh.changes();
        this.settings = before.settings;
        this.mesh = mesh;
        this.cache = before.cache;
        this.layers = new SharedLayers(before.layers.known().next(changes));
        this.scopes = before.scopes.next(changes);
        this.outbound = before.outbound.next(changes);
        this.followed = new OutboundRoutes(settings, mesh, this::scope);
        this.routes = before.routes.next(mesh, layers, followed);
    }

    /// Of the next mesh.
    SharedResources next(MeshView later) {
        return new SharedResources(this, later);
    }

    /// A layer of resources that others have in common.
    SharedLayers layers() {
        return layers;
    }

    /// Routes, whole or in pieces.
    SharedRoutes routes() {
        return routes;
    }

    /// What a proxy sees.
    ServiceScope scope(Viewer viewer) {
        return scopes.get(viewer, MadeOf.scope(viewer), () -> mesh.scope(viewer));
    }

    private OutboundScope outbound(Viewer viewer) {
        return outbound.get(
                viewer,
                MadeOf.scope(viewer),
                Part.INSTANCES,
                before -> Optional.of(before.next(mesh.changes().instances())),
                () -> new OutboundScope(mesh, scope(viewer)));
    }

    /// What its routes are made of.
    SidecarRoutes routesOf(Caller caller) {
        return followed.whole(caller);
    }

    /// The clusters of all services that it sees.
    ///
    /// @param place of the proxy
    SharedLayer clusters(Viewer viewer, Place place) {
        return layers.once(
                new ClustersOf(viewer, place),
                MadeOf.clusters(viewer),
                () -> clusterInputs(viewer, place).stream().map(this::cluster).toList());
    }

    private XdsResource cluster(ClusterInput input) {
        return cache.resource(
                ResourceType.CLUSTER, input.name(), input, ClusterTranslation::translate);
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
        outbound.keep(viewer, MadeOf.scope(viewer));
        return layers.once(
                new EndpointsOf(viewer, place),
                MadeOf.scope(viewer),
                Part.INSTANCES,
                () -> Optional.of(moved(viewer, place)),
                () -> endpoints(endpointInputs(viewer, place)));
    }

    private List<XdsResource> moved(Viewer viewer, Place place) {
        return endpoints(outbound(viewer).endpoints(place, mesh.changes().instances()));
    }

    private List<XdsResource> endpoints(List<EndpointInput> inputs) {
        return inputs.stream().map(this::endpoints).toList();
    }

    XdsResource endpoints(EndpointInput input) {
        return cache.resource(
                ResourceType.ENDPOINT, input.cluster(), input, EndpointTranslation::translate);
    }

    /// The outbound side of every sidecar in a pod that routes and observes alike.
    SharedLayer outboundListeners(Caller caller, Observability observability) {
        return layers.once(
                new ListenersOf(caller, observability),
                MadeOf.listeners(caller),
                () -> listeners(followed.listeners(caller, observability)));
    }

    /// The ports that a sidecar resource opens, where nothing redirects to the sidecar.
    ///
    /// @param host the sidecar's address
    SharedLayer boundListeners(Caller caller, Observability observability, String host) {
        return layers.once(
                new BoundListenersOf(caller, observability, host),
                MadeOf.listeners(caller),
                () -> listeners(followed.bound(caller, observability, host)));
    }

    private List<XdsResource> listeners(Map<String, OutboundListenerInput> inputs) {
        return inputs.entrySet().stream().map(e -> listener(e.getKey(), e.getValue())).toList();
    }

    private XdsResource listener(String name, OutboundListenerInput input) {
        return cache.resource(ResourceType.LISTENER, name, input, OutboundListeners::translate);
    }

    /// The names that applications of a namespace may use.
    SharedLayer names(Viewer viewer) {
        return layers.once(
                new NamesOf(viewer), MadeOf.clusters(viewer), () -> List.of(nameTable(viewer)));
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
