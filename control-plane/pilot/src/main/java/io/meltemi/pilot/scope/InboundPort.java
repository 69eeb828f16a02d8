package io.meltemi.pilot.scope;

import io.meltemi.model.config.PeerAuthentication.Mode;
import io.meltemi.model.config.ResourceKey;
import io.meltemi.model.config.ServerTls;
import io.meltemi.model.config.SidecarIngress;
import io.meltemi.model.service.Service;
import io.meltemi.model.service.ServicePort;
import java.util.Optional;

/// A port on which a workload is called. Immutable.
///
/// @param number the workload's port, as registered
/// @param service the one that gave the port its protocol, or that a Sidecar's entry stands for
/// @param port the service's port
/// @param entry of the Sidecar that opens it; empty: a service leads to it
public record InboundPort(int number, Service service, ServicePort port, Optional<Entry> entry) {
    private static final String ANY = "0.0.0.0";

    /// @param sidecar where it is written
    public record Entry(ResourceKey sidecar, SidecarIngress written) {}

    /// Istio's name for its filter chains.
    public String name() {
        String host = entry.map(e -> e.written().bind()).filter(b -> !b.isEmpty()).orElse(ANY);
        return host + "_" + number;
    }

    /// What is called, as traces show it. Istio: a Sidecar's entry has no host but the Sidecar's.
    public String calledName() {
        return entry.map(e -> e.sidecar().name() + "." + e.sidecar().namespace())
                .orElse(service.hostname().value());
    }

    /// The TLS of its own that ends here. Istio: only where nobody asks for the mesh's.
    public Optional<ServerTls> endedTls(Mode mode) {
        return entry.flatMap(e -> e.written().endedTls()).filter(_ -> mode == Mode.DISABLE);
    }
}
