package io.meltemi.pilot.push;

import io.meltemi.model.service.Locality;
import io.meltemi.pilot.PilotSettings;
import io.meltemi.pilot.scope.Caller;
import io.meltemi.pilot.scope.MeshService;
import io.meltemi.pilot.scope.MeshView;
import io.meltemi.pilot.scope.PortView;
import io.meltemi.pilot.scope.ProxyNode;
import io.meltemi.pilot.translate.cluster.ClusterTranslation;
import io.meltemi.pilot.translate.endpoint.EndpointTranslation;
import io.meltemi.pilot.translate.listener.ConnectionChain;
import io.meltemi.pilot.translate.listener.Observability;
import io.meltemi.pilot.translate.listener.OutboundListenerInput;
import io.meltemi.pilot.translate.listener.OutboundListenerInput.HttpPort;
import io.meltemi.pilot.translate.listener.OutboundListenerInput.TcpAddress;
import io.meltemi.pilot.translate.listener.OutboundListenerInput.Virtual;
import io.meltemi.pilot.translate.listener.OutboundListeners;
import io.meltemi.pilot.translate.name.NameInput;
import io.meltemi.pilot.translate.name.NameInput.Name;
import io.meltemi.pilot.translate.name.NameTranslation;
import io.meltemi.pilot.translate.route.SidecarRouteInput;
import io.meltemi.pilot.translate.route.SidecarRouteTranslation;
import io.meltemi.xds.snapshot.ResourceType;
import io.meltemi.xds.snapshot.XdsResource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// What many proxies have in common, made once per mesh. Confined to Pilot's lock.
///
/// What comes out the same as for the mesh before is the same object as before: proxies' snapshots
/// are then compared without looking inside.
final class SharedResources {
    private final PilotSettings settings;
    private final MeshView mesh;
    private final TranslationCache cache;
    private final Map<Object, Map<String, XdsResource>> before;
    private final Map<Object, Map<String, XdsResource>> made = new HashMap<>();
    private final Map<String, OutboundScope> scopes = new HashMap<>();
    private final Map<Caller, SidecarRoutes> routes = new HashMap<>();

    private record ClustersOf(String namespace) {}

    private record EndpointsOf(String namespace, Locality caller) {}

    private record RoutesOf(Caller caller, boolean forwardProxy) {}

    private record ListenersOf(Caller caller, Observability observability) {}

    private record NamesOf(String namespace) {}

    /// @param before those of the mesh before, or these of none
    SharedResources(
            PilotSettings settings,
            MeshView mesh,
            TranslationCache cache,
            Map<Object, Map<String, XdsResource>> before) {
        this.settings = settings;
        this.mesh = mesh;
        this.cache = cache;
        this.before = Map.copyOf(before);
    }

    /// Everything that was asked for, for the next mesh to compare with.
    Map<Object, Map<String, XdsResource>> made() {
        return made;
    }

    private Map<String, XdsResource> once(Object key, Supplier<List<XdsResource>> resources) {
        Map<String, XdsResource> known = made.get(key);
        if (known == null) {
            Map<String, XdsResource> byName = new LinkedHashMap<>();
            resources.get().forEach(resource -> byName.put(resource.name(), resource));
            Map<String, XdsResource> last = before.get(key);
            known = last != null && last.equals(byName) ? last : byName;
            made.put(key, known);
        }
        return known;
    }

    private OutboundScope scope(String namespace) {
        return scopes.computeIfAbsent(namespace, ns -> new OutboundScope(mesh, ns));
    }

    private SidecarRoutes routes(Caller caller) {
        return routes.computeIfAbsent(
                caller, c -> new SidecarRoutes(mesh, c, settings.outboundPolicy()));
    }

    /// The clusters of all services, as callers of a namespace see them.
    Map<String, XdsResource> clusters(ProxyNode node) {
        return once(
                new ClustersOf(node.namespace()),
                () ->
                        scope(node.namespace()).clusters().stream()
                                .map(input ->
                                        cache.resource(
                                                ResourceType.CLUSTER,
                                                input.name(),
                                                input,
                                                ClusterTranslation::translate))
                                .toList());
    }

    /// Their endpoints, as callers of a namespace and a locality see them.
    Map<String, XdsResource> endpoints(ProxyNode node) {
        return once(
                new EndpointsOf(node.namespace(), node.locality()),
                () ->
                        scope(node.namespace()).endpoints(node.locality()).stream()
                                .map(input ->
                                        cache.resource(
                                                ResourceType.ENDPOINT,
                                                input.cluster(),
                                                input,
                                                EndpointTranslation::translate))
                                .toList());
    }

    /// The routes of every port.
    Map<String, XdsResource> routes(ProxyNode node) {
        Caller caller = mesh.caller(node);
        return once(
                new RoutesOf(caller, false),
                () -> routes(caller).inputs().stream().map(this::route).toList());
    }

    /// The routes of all ports in one table.
    Map<String, XdsResource> forwardProxyRoutes(ProxyNode node) {
        Caller caller = mesh.caller(node);
        return once(
                new RoutesOf(caller, true), () -> List.of(route(routes(caller).forwardProxy())));
    }

    private XdsResource route(SidecarRouteInput input) {
        return cache.resource(
                ResourceType.ROUTE, input.name(), input, SidecarRouteTranslation::translate);
    }

    /// The outbound side of every sidecar in a pod that routes and observes alike.
    Map<String, XdsResource> outboundListeners(ProxyNode node, Observability observability) {
        Caller caller = mesh.caller(node);
        return once(
                new ListenersOf(caller, observability),
                () ->
                        inputs(caller, observability).entrySet().stream()
                                .map(e -> listener(e.getKey(), e.getValue()))
                                .toList());
    }

    /// Of two services on one address and port the first by name is served.
    private Map<String, OutboundListenerInput> inputs(Caller caller, Observability observability) {
        Map<String, OutboundListenerInput> byName = new LinkedHashMap<>();
        byName.put("virtualOutbound", new Virtual(settings.outboundPolicy(), observability));
        routes(caller)
                .ports()
                .forEach(port -> byName.put("0.0.0.0_" + port, new HttpPort(port, observability)));
        for (PortView view : mesh.ports()) {
            if (view.port().protocol().isHttp()) {
                continue;
            }
            MeshService service = view.service();
            int port = view.port().number();
            List<ConnectionChain> chains = routes(caller).chains(view);
            service.addresses()
                    .forEach(address ->
                            byName.putIfAbsent(
                                    address + "_" + port,
                                    new TcpAddress(address, port, chains, observability)));
        }
        return byName;
    }

    private XdsResource listener(String name, OutboundListenerInput input) {
        return cache.resource(ResourceType.LISTENER, name, input, OutboundListeners::translate);
    }

    /// The names that applications of a namespace may use.
    Map<String, XdsResource> names(ProxyNode node) {
        return once(new NamesOf(node.namespace()), () -> List.of(nameTable(node.namespace())));
    }

    private XdsResource nameTable(String namespace) {
        List<Name> names =
                mesh.services().values().stream()
                        .filter(service -> !service.addresses().isEmpty())
                        .filter(s -> !s.service().hostname().value().startsWith("*"))
                        .map(SharedResources::name)
                        .toList();
        return cache.resource(
                ResourceType.NAME_TABLE,
                NameTranslation.RESOURCE,
                new NameInput(namespace, mesh.settings().domainSuffix(), names),
                NameTranslation::translate);
    }

    private static Name name(MeshService service) {
        return new Name(
                service.service().hostname().value(),
                service.service().name(),
                service.service().namespace(),
                service.addresses(),
                service.from().isEmpty());
    }
}
