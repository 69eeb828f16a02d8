package io.meltemi.pilot.translate.listener;

import io.meltemi.model.config.PeerAuthentication.Mode;
import io.meltemi.pilot.scope.InboundPort;
import io.meltemi.pilot.scope.Interception;
import io.meltemi.pilot.scope.TrustDomains;
import io.meltemi.pilot.scope.WorkloadPolicies;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// All that shapes a sidecar's inbound listener. Immutable; the cache's key.
///
/// @param mode on ports without a mode of their own
/// @param portModes by the workload's port
/// @param longestAge of a mutual TLS connection
public record InboundListenerInput(
        Interception interception,
        List<InboundPort> ports,
        Mode mode,
        SortedMap<Integer, Mode> portModes,
        WorkloadPolicies policies,
        TrustDomains trustDomains,
        Duration longestAge,
        Observability observability) {
    public InboundListenerInput {
        ports = List.copyOf(ports);
        portModes = Collections.unmodifiableSortedMap(new TreeMap<>(portModes));
    }

    Mode mode(int port) {
        return portModes.getOrDefault(port, mode);
    }
}
