package io.meltemi.model.config;

import io.meltemi.base.net.HostPort;
import java.util.Optional;

/// A port on which a sidecar takes calls for its application (Istio: `IstioIngressListener`).
/// Immutable.
///
/// @param bind the address of the port; empty: all of the workload's
/// @param tls what callers outside of the mesh speak, where peer authentication is DISABLE
/// @param connectionPool towards the application; absent: the Sidecar's own
public record SidecarIngress(
        SidecarPort port,
        String bind,
        CaptureMode captureMode,
        Application application,
        Optional<ServerTls> tls,
        Optional<ConnectionPool> connectionPool) {
    /// The TLS that ends at the sidecar.
    public Optional<ServerTls> endedTls() {
        return tls.filter(t -> !t.mode().isPassthrough());
    }

    /// Where the application listens (Istio: `defaultEndpoint`).
    public sealed interface Application {
        /// Nothing is written: where services' ports are found, on the same port.
        record SamePort() implements Application {}

        /// At the loopback interface.
        record Local(HostPort at) implements Application {}

        /// At the workload's own address.
        ///
        /// @param any `0.0.0.0` or `::`: the family of the address
        record Instance(String any, int port) implements Application {}

        /// @param path of a file, absolute
        record UnixSocket(String path) implements Application {}
    }
}
