package io.meltemi.model.config;

import io.meltemi.model.config.Sidecar.ImportedHost;
import java.util.List;
import java.util.Optional;

/// Hosts that may be called, perhaps at a port of the sidecar's own (Istio: `IstioEgressListener`).
/// Immutable.
///
/// @param port empty: each service is found at its own ports
/// @param bind an address, or `unix://` and the path of a socket; empty: those of the services, or
///   the loopback's where nothing is redirected
/// @param hosts at least one
public record SidecarEgress(
        Optional<SidecarPort> port,
        String bind,
        CaptureMode captureMode,
        List<ImportedHost> hosts) {
    public SidecarEgress {
        hosts = List.copyOf(hosts);
    }

    /// Whether all services are found there, whatever their ports: callers name host and port.
    public boolean isForAllPorts() {
        return port.filter(p -> p.number() == 0 || p.is(Gateway.Protocol.HTTP_PROXY)).isPresent();
    }

    public boolean isUnixSocket() {
        return bind.startsWith(WorkloadSpec.UNIX);
    }
}
