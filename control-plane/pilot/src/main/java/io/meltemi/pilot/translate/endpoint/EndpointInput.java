package io.meltemi.pilot.translate.endpoint;

import io.meltemi.model.config.LoadBalancer.Failover;
import io.meltemi.model.service.Locality;
import io.meltemi.pilot.scope.PortEndpoint;
import java.util.List;
import java.util.Optional;

/// All that shapes one load assignment. Immutable; the cache's key.
///
/// @param cluster name of the cluster
/// @param endpoints in a stable order
/// @param tellsTlsMode whether only some take mutual TLS, so that each has to say so
/// @param nearness present when near endpoints come before far ones
public record EndpointInput(
        String cluster,
        List<PortEndpoint> endpoints,
        boolean tellsTlsMode,
        Optional<Nearness> nearness) {
    public EndpointInput {
        endpoints = List.copyOf(endpoints);
    }

    /// The first of the endpoints alone.
    public EndpointInput first() {
        return new EndpointInput(cluster, endpoints.subList(0, 1), tellsTlsMode, nearness);
    }

    /// @param caller where the proxy stands
    /// @param failover which region comes next when the caller's own has failed
    public record Nearness(Locality caller, List<Failover> failover) {
        public Nearness {
            failover = List.copyOf(failover);
        }
    }
}
