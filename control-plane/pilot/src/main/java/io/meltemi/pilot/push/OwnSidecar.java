package io.meltemi.pilot.push;

import io.meltemi.pilot.PilotSettings;
import io.meltemi.pilot.scope.Caller;
import io.meltemi.pilot.scope.Interception;
import io.meltemi.pilot.scope.MeshView;
import io.meltemi.pilot.scope.ProxyNode;
import io.meltemi.pilot.translate.ClusterNames;
import io.meltemi.pilot.translate.cluster.FixedClusters;
import io.meltemi.pilot.translate.cluster.InboundClusterInput;
import io.meltemi.pilot.translate.cluster.InboundClusterTranslation;
import io.meltemi.pilot.translate.listener.InboundListenerInput;
import io.meltemi.pilot.translate.listener.InboundListeners;
import io.meltemi.pilot.translate.listener.Observability;
import io.meltemi.pilot.translate.listener.OutboundListenerInput;
import io.meltemi.pilot.translate.listener.OutboundListenerInput.ForwardProxy;
import io.meltemi.xds.snapshot.ResourceType;
import io.meltemi.xds.snapshot.XdsResource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Makes what is one sidecar's own: mostly its side towards its application. Confined to one
/// translation.
final class OwnSidecar {
    private final PilotSettings settings;
    private final MeshView mesh;
    private final ProxyNode node;
    private final Caller caller;
    private final SharedResources shared;
    private final TranslationCache cache;

    OwnSidecar(
            PilotSettings settings,
            MeshView mesh,
            ProxyNode node,
            Caller caller,
            SharedResources shared,
            TranslationCache cache) {
        this.settings = settings;
        this.mesh = mesh;
        this.node = node;
        this.caller = caller;
        this.shared = shared;
        this.cache = cache;
    }

    OwnResources make() {
        Observability observability =
                ObservabilityScope.of(settings, mesh, node, () -> shared.scope(caller.viewer()));
        InboundSide inbound = new InboundSide(mesh, node);
        List<XdsResource> clusters = new ArrayList<>();
        inbound.clusters().forEach(input -> clusters.add(cluster(input)));
        List<XdsResource> listeners = new ArrayList<>();
        inbound.listeners(mesh.policies(node, () -> shared.scope(caller.viewer())), observability)
                .forEach(input -> listeners.add(listener(input)));
        switch (node.interception()) {
            case Interception.Redirect _ ->
                    FixedClusters.ofPod(mesh.settings().config().upstream())
                            .forEach(c -> clusters.add(OwnResources.fixed(cache, c)));
            case Interception.Explicit explicit -> {
                clusters.add(OwnResources.fixed(cache, FixedClusters.blackHole()));
                listeners.add(
                        OwnResources.listener(
                                cache,
                                OutboundListenerInput.FORWARD_PROXY,
                                new ForwardProxy(
                                        explicit.outbound(),
                                        RequestScope.of(
                                                mesh.settings().config(),
                                                shared.scope(caller.viewer())),
                                        observability)));
            }
        }
        return new OwnResources(
                mesh.place(node),
                observability,
                List.of(),
                Map.of(ResourceType.CLUSTER, clusters, ResourceType.LISTENER, listeners));
    }

    private XdsResource listener(InboundListenerInput input) {
        return cache.resource(
                ResourceType.LISTENER, input.name(), input, InboundListeners::translate);
    }

    private XdsResource cluster(InboundClusterInput input) {
        return cache.resource(
                ResourceType.CLUSTER,
                ClusterNames.inbound(input.port()),
                input,
                InboundClusterTranslation::translate);
    }
}
