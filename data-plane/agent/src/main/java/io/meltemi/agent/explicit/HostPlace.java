package io.meltemi.agent.explicit;

import io.meltemi.agent.intercept.MeshPorts;
import io.meltemi.base.net.HostPort;
import java.net.InetAddress;

/// Where one sidecar lives on a host without pods. Immutable.
///
/// @param name unique on this machine
/// @param address the sidecar's own, on loopback
/// @param applicationPort where the application is to listen, on 127.0.0.1
public record HostPlace(String name, InetAddress address, MeshPorts ports, int applicationPort) {
    /// The forward proxy that the application is told.
    public HostPort outbound() {
        return new HostPort(address.getHostAddress(), ports.outbound());
    }

    /// Where callers of the application are sent.
    public HostPort inbound() {
        return new HostPort(address.getHostAddress(), ports.inbound());
    }
}
