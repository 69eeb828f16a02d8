package io.meltemi.pilot.push;

import io.meltemi.pilot.PilotSettings;
import io.meltemi.pilot.scope.Caller;
import io.meltemi.pilot.scope.Interception;
import io.meltemi.pilot.scope.MeshView;
import io.meltemi.pilot.scope.Place;
import io.meltemi.pilot.scope.ProxyNode;
import io.meltemi.pilot.scope.Viewer;
import io.meltemi.pilot.scope.WorkloadPolicies;
import io.meltemi.pilot.translate.cluster.ClusterInput;
import io.meltemi.pilot.translate.cluster.FixedClusters;
import io.meltemi.pilot.translate.cluster.SniDnatClusterInput;
import io.meltemi.pilot.translate.listener.Observability;
import io.meltemi.pilot.translate.route.GatewayRouteInput;
import io.meltemi.pilot.translate.route.GatewayRouteTranslation;
import io.meltemi.pilot.translate.security.SecretInput;
import io.meltemi.pilot.translate.security.SecretTranslation;
import io.meltemi.xds.snapshot.ResourceType;
import io.meltemi.xds.snapshot.XdsResource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// Makes what is one gateway's own: its listeners, routes and secrets. Confined to one translation.
final class OwnGateway {
    private final MeshView mesh;
    private final ProxyNode node;
    private final TranslationCache cache;
    private final Place place;
    private final WorkloadPolicies policies;
    private final Observability observability;
    private final GatewayScope gateway;

    OwnGateway(
            PilotSettings settings,
            MeshView mesh,
            ProxyNode node,
            Caller caller,
            SharedResources shared,
            TranslationCache cache) {
        Viewer viewer = caller.viewer();
        this.mesh = mesh;
        this.node = node;
        this.cache = cache;
        this.place = mesh.place(node);
        this.policies = mesh.policies(node, () -> shared.scope(viewer));
        this.observability =
                ObservabilityScope.of(settings, mesh, node, () -> shared.scope(viewer));
        this.gateway =
                new GatewayScope(
                        mesh,
                        mesh.gateways(node),
                        node,
                        caller,
                        shared.scope(viewer),
                        () -> shared.clusterInputs(viewer, place));
    }

    OwnResources make() {
        String host =
                switch (node.interception()) {
                    case Interception.Redirect _ -> "0.0.0.0";
                    case Interception.Explicit explicit -> explicit.inbound().host();
                };
        Map<ResourceType, List<XdsResource>> all = new EnumMap<>(ResourceType.class);
        all.put(
                ResourceType.LISTENER,
                gateway.listeners(host, policies, observability).stream()
                        .map(port -> OwnResources.listener(cache, port.name(), port))
                        .toList());
        List<ClusterInput> sniDnat = gateway.sniDnatClusters();
        List<XdsResource> clusters =
                new ArrayList<>(List.of(OwnResources.fixed(cache, FixedClusters.blackHole())));
        sniDnat.forEach(cluster -> clusters.add(cluster(cluster)));
        all.put(ResourceType.CLUSTER, clusters);
        all.put(
                ResourceType.ROUTE,
                gateway.routes(policies.rateLimits()).stream().map(this::route).toList());
        // Without a proof there are none: what the node says of itself is a claim.
        node.identity()
                .ifPresent(proxy ->
                        all.put(
                                ResourceType.SECRET,
                                gateway.secrets(mesh.credentials(), proxy).stream()
                                        .map(this::secret)
                                        .toList()));
        return new OwnResources(place, observability, sniDnat, all);
    }

    private XdsResource cluster(ClusterInput input) {
        return cache.resource(
                ResourceType.CLUSTER,
                input.sni(),
                new SniDnatClusterInput(input),
                SniDnatClusterInput::translate);
    }

    private XdsResource route(GatewayRouteInput input) {
        return cache.resource(
                ResourceType.ROUTE, input.name(), input, GatewayRouteTranslation::translate);
    }

    private XdsResource secret(SecretInput input) {
        return cache.resource(
                ResourceType.SECRET, input.resource(), input, SecretTranslation::translate);
    }
}
