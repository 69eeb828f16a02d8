package io.meltemi.xds.server;

import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.meltemi.xds.snapshot.XdsResource;
import java.util.Optional;

/// Which endpoints a cluster asks for.
final class EndpointName {
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
}
