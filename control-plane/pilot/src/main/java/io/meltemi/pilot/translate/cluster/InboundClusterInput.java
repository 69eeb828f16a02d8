package io.meltemi.pilot.translate.cluster;

import io.meltemi.model.config.ResourceKey;
import io.meltemi.model.service.Protocol;
import io.meltemi.model.service.Service;
import java.util.Optional;

/// All that shapes the cluster to the application behind a sidecar. Immutable; the cache's key.
///
/// @param policy what of the service's rule holds on this side
/// @param rule the DestinationRule that gives it
/// @param port the registered port
/// @param application where it really listens
/// @param statName in statistics; empty: its own name
/// @param fromPod whether the connection must not be caught by the pod's own rules
public record InboundClusterInput(
        Service service,
        TrafficSettings policy,
        Optional<ResourceKey> rule,
        int port,
        ApplicationAddress application,
        Protocol protocol,
        boolean fromPod,
        String statName) {}
