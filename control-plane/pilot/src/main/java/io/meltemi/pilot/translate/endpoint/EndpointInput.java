package io.meltemi.pilot.translate.endpoint;

import io.meltemi.pilot.scope.PortEndpoint;
import java.util.List;

/// All that shapes one load assignment. Immutable; the cache's key.
///
/// @param cluster name of the cluster
/// @param endpoints in a stable order
/// @param tellsTlsMode whether only some take mutual TLS, so that each has to say so
/// @param preference which of them the caller prefers
public record EndpointInput(
        String cluster, List<PortEndpoint> endpoints, boolean tellsTlsMode, Preference preference) {
    public EndpointInput {
        endpoints = List.copyOf(endpoints);
    }

    /// The first of the endpoints alone.
    public EndpointInput first() {
        return new EndpointInput(cluster, endpoints.subList(0, 1), tellsTlsMode, preference);
    }
}
