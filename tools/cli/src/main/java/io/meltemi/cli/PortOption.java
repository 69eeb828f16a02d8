package io.meltemi.cli;

import io.meltemi.agent.SidecarOptions.Port;
import io.meltemi.agent.intercept.MeshPorts;
import java.util.Locale;
import java.util.Set;

/// `--port P` or `--port SERVICE:APPLICATION`. Immutable.
///
/// @param service callers name it
/// @param application where the program listens in a pod
record PortOption(int service, int application) {
    private static final MeshPorts SIDECAR = MeshPorts.ISTIO;
    private static final Set<Integer> TAKEN =
            Set.of(
                    SIDECAR.admin(),
                    SIDECAR.outbound(),
                    SIDECAR.inbound(),
                    SIDECAR.agent(),
                    SIDECAR.proxyReadiness(),
                    SIDECAR.dns(),
                    SIDECAR.prometheus());
    private static final Set<String> PROTOCOLS = Set.of("http", "http2", "grpc", "tcp");

    /// @throws IllegalArgumentException when it is none, or belongs to the sidecar
    static PortOption parse(String text) {
        int colon = text.indexOf(':');
        int service = port(text, colon < 0 ? text : text.substring(0, colon));
        int application = colon < 0 ? service : port(text, text.substring(colon + 1));
        if (TAKEN.contains(application)) {
            throw new IllegalArgumentException(
                    "--port " + text + ": the sidecar itself listens on " + application);
        }
        return new PortOption(service, application);
    }

    private static int port(String text, String number) {
        try {
            int port = Integer.parseInt(number);
            if (port >= 1 && port <= 65535) {
                return port;
            }
        } catch (NumberFormatException _) {
            // Said below.
        }
        throw new IllegalArgumentException(
                "--port " + text + " is not P or SERVICE:APPLICATION with ports from 1 to 65535");
    }

    /// The port with its protocol, which also is its name.
    Port with(String protocol) {
        String name = protocol.toLowerCase(Locale.ROOT);
        if (!PROTOCOLS.contains(name)) {
            throw new IllegalArgumentException(
                    "--protocol '" + protocol + "' is not http, http2, grpc or tcp");
        }
        return new Port(name, service, application, name);
    }
}
