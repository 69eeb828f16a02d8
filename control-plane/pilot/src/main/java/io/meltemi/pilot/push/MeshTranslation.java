package io.meltemi.pilot.push;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.meltemi.model.diagnostic.Diagnostic;
import io.meltemi.pilot.PilotSettings;
import io.meltemi.pilot.SnapshotVersion;
import io.meltemi.pilot.patch.EnvoyFilters;
import io.meltemi.pilot.patch.PatchCache;
import io.meltemi.pilot.patch.PatchedProxy;
import io.meltemi.pilot.patch.SnapshotPatching;
import io.meltemi.pilot.scope.Caller;
import io.meltemi.pilot.scope.Interception;
import io.meltemi.pilot.scope.MeshView;
import io.meltemi.pilot.scope.ProxyNode;
import io.meltemi.pilot.scope.ProxyNode.RouteGrain;
import io.meltemi.pilot.scope.Viewer;
import io.meltemi.pilot.scope.WorkloadPolicies;
import io.meltemi.pilot.translate.ClusterNames;
import io.meltemi.pilot.translate.cluster.ClusterInput;
import io.meltemi.pilot.translate.cluster.FixedClusters;
import io.meltemi.pilot.translate.cluster.InboundClusterInput;
import io.meltemi.pilot.translate.cluster.InboundClusterTranslation;
import io.meltemi.pilot.translate.cluster.SniDnatClusterInput;
import io.meltemi.pilot.translate.endpoint.EndpointInput;
import io.meltemi.pilot.translate.endpoint.EndpointTranslation;
import io.meltemi.pilot.translate.listener.InboundListenerInput;
import io.meltemi.pilot.translate.listener.InboundListeners;
import io.meltemi.pilot.translate.listener.Observability;
import io.meltemi.pilot.translate.listener.OutboundListenerInput;
import io.meltemi.pilot.translate.listener.OutboundListenerInput.ForwardProxy;
import io.meltemi.pilot.translate.listener.OutboundListenerInput.GatewayPort;
import io.meltemi.pilot.translate.listener.OutboundListeners;
import io.meltemi.pilot.translate.route.GatewayRouteInput;
import io.meltemi.pilot.translate.route.GatewayRouteTranslation;
import io.meltemi.pilot.translate.security.SecretInput;
import io.meltemi.pilot.translate.security.SecretTranslation;
import io.meltemi.xds.snapshot.LayeredResources;
import io.meltemi.xds.snapshot.ResourceType;
import io.meltemi.xds.snapshot.SharedLayer;
import io.meltemi.xds.snapshot.XdsResource;
import io.meltemi.xds.snapshot.XdsSnapshot;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// One mesh for any proxy: what many share, and over it what is its own. Confined to Pilot's lock.
final class MeshTranslation {
    private final PilotSettings settings;
    private final MeshView mesh;
    private final TranslationCache cache;
    private final SharedResources shared;
    private final GrpcResources grpc;
    private final SnapshotPatching patching;

    /// @param before what the mesh before had in common
    /// @param patched what EnvoyFilters made of resources
    MeshTranslation(
            PilotSettings settings,
            MeshView mesh,
            TranslationCache cache,
            Map<Object, SharedLayer> before,
            PatchCache patched) {
        this.settings = settings;
        this.mesh = mesh;
        this.cache = cache;
        this.shared = new SharedResources(settings, mesh, cache, before);
        this.grpc = new GrpcResources(mesh, cache, shared);
        this.patching =
                new SnapshotPatching(
                        new EnvoyFilters(mesh.snapshot().config(), mesh.settings().rootNamespace()),
                        patched);
    }

    /// What this mesh has in common so far.
    Map<Object, SharedLayer> shared() {
        return shared.made();
    }

    /// Everything that one proxy should have.
    XdsSnapshot translate(ProxyNode node) {
        return switch (node.type()) {
            case SIDECAR -> patched(node, sidecar(node));
            case ROUTER -> patched(node, gateway(node));
            // Istio: EnvoyFilters are for Envoys.
            case GRPC -> new XdsSnapshot(version(), grpc.translate(node));
        };
    }

    private XdsSnapshot patched(ProxyNode node, XdsSnapshot translated) {
        return patching.patch(node, translated, () -> PatchedProxy.of(mesh, node));
    }

    /// What came to light about EnvoyFilters while this mesh was translated.
    List<Diagnostic> diagnostics() {
        return patching.diagnostics();
    }

    private String version() {
        return new SnapshotVersion(
                        mesh.snapshot().config().version(), mesh.snapshot().services().version())
                .toString();
    }

    private XdsSnapshot sidecar(ProxyNode node) {
        Caller caller = mesh.caller(node);
        Observability observability =
                ObservabilityScope.of(settings, mesh, node, () -> shared.scope(caller.viewer()));
        InboundSide inbound = new InboundSide(mesh, node);
        List<XdsResource> clusters = new ArrayList<>();
        inbound.clusters().forEach(input -> clusters.add(inboundCluster(input)));
        List<XdsResource> listeners = new ArrayList<>();
        inbound.listeners(mesh.policies(node, () -> shared.scope(caller.viewer())), observability)
                .forEach(input -> listeners.add(inboundListener(input)));
        Map<ResourceType, Map<String, XdsResource>> all = new EnumMap<>(ResourceType.class);
        switch (node.interception()) {
            case Interception.Redirect _ -> {
                FixedClusters.ofPod(mesh.settings().config().upstream())
                        .forEach(cluster -> clusters.add(fixed(cluster)));
                put(
                        all,
                        ResourceType.LISTENER,
                        shared.outboundListeners(caller, observability),
                        listeners);
                putRoutes(all, node, caller, false);
            }
            case Interception.Explicit explicit -> {
                clusters.add(fixed(FixedClusters.blackHole()));
                listeners.add(
                        listener(
                                OutboundListenerInput.FORWARD_PROXY,
                                new ForwardProxy(
                                        explicit.outbound(),
                                        RequestScope.of(
                                                mesh.settings().config(),
                                                shared.scope(caller.viewer())),
                                        observability)));
                put(
                        all,
                        ResourceType.LISTENER,
                        shared.boundListeners(caller, observability, explicit.outbound().host()),
                        listeners);
                putRoutes(all, node, caller, true);
            }
        }
        put(
                all,
                ResourceType.CLUSTER,
                shared.clusters(caller.viewer(), mesh.place(node)),
                clusters);
        put(
                all,
                ResourceType.ENDPOINT,
                shared.endpoints(caller.viewer(), mesh.place(node)),
                List.of());
        put(all, ResourceType.NAME_TABLE, shared.names(caller.viewer()), List.of());
        return new XdsSnapshot(version(), all);
    }

    private XdsSnapshot gateway(ProxyNode node) {
        Caller caller = mesh.caller(node);
        Viewer viewer = caller.viewer();
        WorkloadPolicies policies = mesh.policies(node, () -> shared.scope(viewer));
        Observability observability =
                ObservabilityScope.of(settings, mesh, node, () -> shared.scope(caller.viewer()));
        GatewayScope gateway =
                new GatewayScope(
                        mesh,
                        mesh.gateways(node),
                        node,
                        caller,
                        shared.scope(viewer),
                        () -> shared.clusterInputs(viewer, mesh.place(node)));
        String host =
                switch (node.interception()) {
                    case Interception.Redirect _ -> "0.0.0.0";
                    case Interception.Explicit explicit -> explicit.inbound().host();
                };
        List<XdsResource> listeners =
                gateway.listeners(host, policies, observability).stream()
                        .map(this::listener)
                        .toList();
        List<ClusterInput> sniDnat = gateway.sniDnatClusters();
        List<XdsResource> clusters = new ArrayList<>(List.of(fixed(FixedClusters.blackHole())));
        sniDnat.forEach(cluster -> clusters.add(sniDnatCluster(cluster)));
        List<XdsResource> endpoints =
                shared.sniDnatEndpoints(viewer, mesh.place(node), sniDnat).stream()
                        .map(this::endpoints)
                        .toList();
        List<XdsResource> routes =
                gateway.routes(policies.rateLimits()).stream().map(this::gatewayRoute).toList();
        Map<ResourceType, Map<String, XdsResource>> all = new EnumMap<>(ResourceType.class);
        put(all, ResourceType.CLUSTER, shared.clusters(viewer, mesh.place(node)), clusters);
        put(all, ResourceType.ENDPOINT, shared.endpoints(viewer, mesh.place(node)), endpoints);
        put(all, ResourceType.LISTENER, SharedLayer.EMPTY, listeners);
        put(all, ResourceType.ROUTE, SharedLayer.EMPTY, routes);
        // Without a proof there are none: what the node says of itself is a claim.
        node.identity()
                .ifPresent(proxy ->
                        put(
                                all,
                                ResourceType.SECRET,
                                SharedLayer.EMPTY,
                                gateway.secrets(mesh.credentials(), proxy).stream()
                                        .map(this::secret)
                                        .toList()));
        return new XdsSnapshot(version(), all);
    }

    private void putRoutes(
            Map<ResourceType, Map<String, XdsResource>> all,
            ProxyNode node,
            Caller caller,
            boolean forwardProxy) {
        switch (grain(node)) {
            case TABLE ->
                    put(
                            all,
                            ResourceType.ROUTE,
                            forwardProxy
                                    ? shared.forwardProxyRoutes(caller)
                                    : shared.routes(caller),
                            List.of());
            case VIRTUAL_HOST -> {
                for (ResourceType type : List.of(ResourceType.ROUTE, ResourceType.VIRTUAL_HOST)) {
                    put(all, type, shared.pieces(caller, forwardProxy, type), List.of());
                }
            }
        }
    }

    /// Patches are looked for only where they could change the grain.
    private RouteGrain grain(ProxyNode node) {
        RouteGrain asked = node.routeGrain();
        return asked == RouteGrain.VIRTUAL_HOST && patching.changesRoutes(node)
                ? RouteGrain.TABLE
                : asked;
    }

    private static void put(
            Map<ResourceType, Map<String, XdsResource>> all,
            ResourceType type,
            SharedLayer shared,
            List<XdsResource> own) {
        Map<String, XdsResource> byName = new LinkedHashMap<>();
        own.forEach(resource -> byName.put(resource.name(), resource));
        all.put(type, LayeredResources.of(shared, byName));
    }

    private XdsResource sniDnatCluster(ClusterInput input) {
        return cache.resource(
                ResourceType.CLUSTER,
                input.sni(),
                new SniDnatClusterInput(input),
                SniDnatClusterInput::translate);
    }

    private XdsResource endpoints(EndpointInput input) {
        return cache.resource(
                ResourceType.ENDPOINT, input.cluster(), input, EndpointTranslation::translate);
    }

    private XdsResource gatewayRoute(GatewayRouteInput input) {
        return cache.resource(
                ResourceType.ROUTE, input.name(), input, GatewayRouteTranslation::translate);
    }

    private XdsResource secret(SecretInput input) {
        return cache.resource(
                ResourceType.SECRET, input.resource(), input, SecretTranslation::translate);
    }

    private XdsResource listener(GatewayPort port) {
        return listener(port.name(), port);
    }

    private XdsResource listener(String name, OutboundListenerInput input) {
        return cache.resource(ResourceType.LISTENER, name, input, OutboundListeners::translate);
    }

    private XdsResource inboundListener(InboundListenerInput input) {
        return cache.resource(
                ResourceType.LISTENER, input.name(), input, InboundListeners::translate);
    }

    private XdsResource inboundCluster(InboundClusterInput input) {
        return cache.resource(
                ResourceType.CLUSTER,
                ClusterNames.inbound(input.port()),
                input,
                InboundClusterTranslation::translate);
    }

    private record Fixed(Cluster cluster) {}

    private XdsResource fixed(Cluster cluster) {
        return cache.resource(
                ResourceType.CLUSTER, cluster.getName(), new Fixed(cluster), Fixed::cluster);
    }
}
