package io.meltemi.xds.server;

import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.meltemi.xds.snapshot.XdsResource;
import java.util.Optional;

/// Which endpoints a cluster asks for, and whether it gets any. Thread-safe: stateless.
final class EndpointName {
    /// A name of 253 letters twice and a few localities fit; larger ones need not be looked into.
    private static final int MOST_BYTES_OF_NONE = 1024;

    private EndpointName() {}

    /// The name of the cluster's load assignment; empty when it has none of its own type or cannot
    /// be read.
    static Optional<String> of(XdsResource resource) {
        try {
            Cluster cluster = Cluster.parseFrom(resource.body().getValue());
            if (cluster.getType() != Cluster.DiscoveryType.EDS) {
                return Optional.empty();
            }
            String service = cluster.getEdsClusterConfig().getServiceName();
            return Optional.of(service.isEmpty() ? cluster.getName() : service);
        } catch (InvalidProtocolBufferException _) {
            // The proxy will say so; there is nothing to warm.
            return Optional.empty();
        }
    }

    /// Whether a load assignment leaves its cluster without endpoints.
    static boolean leavesNone(XdsResource resource) {
        if (resource.body().getValue().size() > MOST_BYTES_OF_NONE) {
            return false;
        }
        try {
            return ClusterLoadAssignment.parseFrom(resource.body().getValue())
                    .getEndpointsList()
                    .stream()
                    .allMatch(locality -> locality.getLbEndpointsCount() == 0);
        } catch (InvalidProtocolBufferException _) {
            return false;
        }
    }
}
