package io.meltemi.pilot.push;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.meltemi.pilot.scope.Place;
import io.meltemi.pilot.translate.cluster.ClusterInput;
import io.meltemi.pilot.translate.listener.Observability;
import io.meltemi.pilot.translate.listener.OutboundListenerInput;
import io.meltemi.pilot.translate.listener.OutboundListeners;
import io.meltemi.xds.snapshot.ResourceType;
import io.meltemi.xds.snapshot.XdsResource;
import java.util.List;
import java.util.Map;

/// What is one proxy's own of its configuration. Immutable.
///
/// @param place which instances are near to it
/// @param observability what it tells of its requests
/// @param sniDnat the clusters that only connections between networks need: their endpoints follow
///   the instances
/// @param byType the resources; none of a type that is missing
record OwnResources(
        Place place,
        Observability observability,
        List<ClusterInput> sniDnat,
        Map<ResourceType, List<XdsResource>> byType) {
    OwnResources {
        sniDnat = List.copyOf(sniDnat);
        byType = Map.copyOf(byType);
    }

    List<XdsResource> of(ResourceType type) {
        return byType.getOrDefault(type, List.of());
    }

    private record Fixed(Cluster cluster) {}

    /// A cluster that is made of nothing.
    static XdsResource fixed(TranslationCache cache, Cluster cluster) {
        return cache.resource(
                ResourceType.CLUSTER, cluster.getName(), new Fixed(cluster), Fixed::cluster);
    }

    static XdsResource listener(TranslationCache cache, String name, OutboundListenerInput input) {
        return cache.resource(ResourceType.LISTENER, name, input, OutboundListeners::translate);
    }
}
