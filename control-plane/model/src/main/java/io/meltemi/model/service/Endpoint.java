package io.meltemi.model.service;

import java.util.Map;

/// One workload's share in a service. Immutable.
///
/// @param ports the workload's port for each port of the service, by the service port's name
/// @param health unhealthy ones are sent to proxies as such, draining ones get no new requests
/// @param acceptsMtls a sidecar stands before it
public record Endpoint(
        Workload workload,
        Map<String, Integer> ports,
        int weight,
        Health health,
        boolean acceptsMtls) {
    public Endpoint {
        ports = Map.copyOf(ports);
    }

    public enum Health {
        HEALTHY,
        UNHEALTHY,
        DRAINING
    }
}
