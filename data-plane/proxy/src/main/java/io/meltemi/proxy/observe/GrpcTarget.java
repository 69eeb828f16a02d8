package io.meltemi.proxy.observe;

import io.envoyproxy.envoy.config.core.v3.GrpcService;

/// Which cluster a gRPC service of the configuration is called through. Immutable.
public final class GrpcTarget {
    private GrpcTarget() {}

    /// @param field the path of the field, for the message
    /// @throws IllegalArgumentException when it is not a cluster of this proxy
    public static String cluster(GrpcService service, String field) {
        if (!service.hasEnvoyGrpc()) {
            throw new IllegalArgumentException(
                    field
                            + ": only envoy_grpc is supported, "
                            + service.getTargetSpecifierCase()
                            + " is set");
        }
        if (service.getInitialMetadataCount() > 0) {
            throw new IllegalArgumentException(field + ".initial_metadata is not supported");
        }
        String cluster = service.getEnvoyGrpc().getClusterName();
        if (cluster.isEmpty()) {
            throw new IllegalArgumentException(field + ".envoy_grpc.cluster_name is empty");
        }
        return cluster;
    }
}
