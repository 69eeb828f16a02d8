package io.meltemi.pilot.scope;

import io.meltemi.base.net.HostPort;

/// How a sidecar gets its application's traffic. Immutable.
public sealed interface Interception {
    /// Rules of the pod redirect everything to 15001 and 15006.
    record Redirect() implements Interception {}

    /// No pod: the application is told a forward proxy, and callers are told the sidecar's port.
    ///
    /// @param outbound where the forward proxy for HTTP listens
    /// @param inbound where calls for the application arrive; registered as the endpoint
    /// @param applicationPort where the application listens, on 127.0.0.1
    record Explicit(HostPort outbound, HostPort inbound, int applicationPort)
            implements Interception {
        /// Whether calls to this port of the workload arrive at the sidecar.
        public boolean serves(InboundPort port) {
            return port.number() == inbound.port();
        }
    }
}
