package io.meltemi.pilot.scope;

import io.meltemi.model.service.Endpoint;
import io.meltemi.model.service.Workload;

/// One instance behind one port of a service. Immutable.
///
/// @param mutualTls callers have to use it: a sidecar stands there and its policy is not DISABLE
public record PortEndpoint(
        Workload workload, int port, int weight, Endpoint.Health health, boolean mutualTls) {}
