package io.meltemi.xds.client;

import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.secret.v3.SecretDiscoveryServiceGrpc;
import io.grpc.MethodDescriptor;

/// The gRPC stream that carries resources.
public enum AdsTransport {
    /// All types in one stream, so that they arrive in order.
    AGGREGATED,
    /// Secrets alone, from the agent beside the proxy.
    SECRETS;

    MethodDescriptor<DeltaDiscoveryRequest, DeltaDiscoveryResponse> method() {
        return switch (this) {
            case AGGREGATED -> AggregatedDiscoveryServiceGrpc.getDeltaAggregatedResourcesMethod();
            case SECRETS -> SecretDiscoveryServiceGrpc.getDeltaSecretsMethod();
        };
    }
}
