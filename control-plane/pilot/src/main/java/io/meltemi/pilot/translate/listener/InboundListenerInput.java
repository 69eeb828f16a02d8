package io.meltemi.pilot.translate.listener;

import io.meltemi.model.config.HttpRoute.HttpRetry;
import io.meltemi.model.config.PathNormalization;
import io.meltemi.model.config.PeerAuthentication.Mode;
import io.meltemi.pilot.scope.InboundPort;
import io.meltemi.pilot.scope.TrustDomains;
import io.meltemi.pilot.scope.WorkloadPolicies;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// All that shapes one listener of a sidecar's inbound side. Immutable; the cache's key.
///
/// @param ports whose calls arrive here
/// @param mode on ports without a mode of their own
/// @param portModes by the workload's port
/// @param longestAge of a mutual TLS connection
/// @param detection how long the first bytes are waited for; zero: for ever
/// @param retries of requests to the application; absent: Istio's choice
public record InboundListenerInput(
        Place place,
        List<InboundPort> ports,
        Mode mode,
        SortedMap<Integer, Mode> portModes,
        WorkloadPolicies policies,
        TrustDomains trustDomains,
        Duration longestAge,
        Duration detection,
        Optional<HttpRetry> retries,
        PathNormalization paths,
        Observability observability) {
    public InboundListenerInput {
        ports = List.copyOf(ports);
        portModes = Collections.unmodifiableSortedMap(new TreeMap<>(portModes));
    }

    /// Where calls arrive.
    public sealed interface Place {
        /// At the port to which a pod's rules redirect.
        record Virtual() implements Place {}

        /// At a port of its own: nothing is redirected.
        record Bound(String name, String host, int port) implements Place {}
    }

    /// Name of the listener.
    public String name() {
        return switch (place) {
            case Place.Virtual _ -> InboundListeners.NAME;
            case Place.Bound bound -> bound.name();
        };
    }

    Mode mode(int port) {
        return portModes.getOrDefault(port, mode);
    }
}
