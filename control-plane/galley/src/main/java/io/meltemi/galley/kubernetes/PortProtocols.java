package io.meltemi.galley.kubernetes;

import io.meltemi.model.service.Protocol;
import java.util.Locale;
import java.util.Optional;

/// What is spoken on a port, by Istio's rules: `appProtocol`, else the name up to its first hyphen.
/// Immutable.
public final class PortProtocols {
    private PortProtocols() {}

    /// Whether the port says it.
    public static boolean isDeclared(KubernetesObject.ServiceObject.Port port) {
        return of(port.appProtocol(), port.name()).isPresent();
    }

    /// @return empty where neither says it
    static Optional<Protocol> of(Optional<String> appProtocol, String name) {
        return appProtocol.flatMap(PortProtocols::named).or(() -> named(prefix(name)));
    }

    private static String prefix(String name) {
        // The one name that has a hyphen itself.
        if (name.equals("grpc-web") || name.startsWith("grpc-web-")) {
            return "grpc-web";
        }
        int hyphen = name.indexOf('-');
        return hyphen < 0 ? name : name.substring(0, hyphen);
    }

    private static Optional<Protocol> named(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "http", "kubernetes.io/ws" -> Optional.of(Protocol.HTTP);
            case "http2", "kubernetes.io/h2c" -> Optional.of(Protocol.HTTP2);
            case "grpc", "grpc-web" -> Optional.of(Protocol.GRPC);
            case "https", "tls", "kubernetes.io/wss" -> Optional.of(Protocol.TLS);
            case "tcp", "mongo", "mysql", "redis" -> Optional.of(Protocol.TCP);
            default -> Optional.empty();
        };
    }
}
