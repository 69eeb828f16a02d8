package io.meltemi.galley.kubernetes;

import io.meltemi.model.service.Protocol;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// What is spoken on a port, by Istio's rules: `appProtocol`, else the name up to its first hyphen,
/// else what connections show. Immutable.
public final class PortProtocols {
    /// Mail, names, MySQL, MongoDB. Istio: their servers speak first, or nobody else uses them.
    private static final Set<Integer> NEVER_HTTP = Set.of(25, 53, 3306, 27017);

    private PortProtocols() {}

    /// Whether the port says it.
    public static boolean isDeclared(KubernetesObject.ServiceObject.Port port) {
        return declared(port).isPresent();
    }

    public static Protocol of(KubernetesObject.ServiceObject.Port port) {
        return declared(port)
                .orElse(NEVER_HTTP.contains(port.number()) ? Protocol.TCP : Protocol.AUTO);
    }

    private static Optional<Protocol> declared(KubernetesObject.ServiceObject.Port port) {
        return port.appProtocol()
                .flatMap(PortProtocols::named)
                .or(() -> named(prefix(port.name())));
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
