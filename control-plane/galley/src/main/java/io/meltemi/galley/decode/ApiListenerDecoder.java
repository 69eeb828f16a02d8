package io.meltemi.galley.decode;

import io.meltemi.galley.gatewayapi.GatewayApiKind;
import io.meltemi.galley.gatewayapi.GatewayApiObject.AllowedNamespaces;
import io.meltemi.galley.gatewayapi.GatewayApiObject.Listener;
import io.meltemi.galley.gatewayapi.GatewayApiObject.RouteKind;
import java.util.List;
import java.util.Optional;

/// Reads one listener of a Gateway of the Gateway API. Immutable.
final class ApiListenerDecoder {
    private static final List<String> SERVED = List.of("HTTP", "HTTPS", "TLS", "TCP");
    private static final List<String> NOT_YET = List.of("UDP", "HBONE");

    private ApiListenerDecoder() {}

    static Listener decode(ObjectReader listener) {
        if (!listener.has("port")) {
            listener.missing("port");
        }
        String name = listener.requiredString("name");
        Optional<Allowed> allowed =
                listener.object("allowedRoutes", ApiListenerDecoder::allowedRoutes);
        return new Listener(
                name,
                listener.string("hostname").filter(h -> !h.isEmpty()),
                listener.integer("port").orElse(0),
                protocol(listener),
                listener.object("tls", ApiTlsDecoder::ofListener),
                allowed.map(Allowed::namespaces).orElse(new AllowedNamespaces.Same()),
                allowed.map(Allowed::kinds).orElse(List.of()),
                listener.path());
    }

    private static String protocol(ObjectReader listener) {
        String written = listener.requiredString("protocol");
        if (SERVED.contains(written)) {
            return written;
        }
        if (NOT_YET.contains(written)) {
            listener.unsupported("protocol", "protocol " + written);
        } else if (!written.isEmpty()) {
            listener.wrongChoice("protocol", written, SERVED);
        }
        return "";
    }

    private record Allowed(AllowedNamespaces namespaces, List<RouteKind> kinds) {}

    private static Allowed allowedRoutes(ObjectReader allowed) {
        return new Allowed(
                allowed.object("namespaces", n -> AllowedNamespacesDecoder.decode(n, "Same"))
                        .orElse(new AllowedNamespaces.Same()),
                allowed.list("kinds", ApiListenerDecoder::kind));
    }

    private static RouteKind kind(ObjectReader kind) {
        return new RouteKind(
                kind.string("group").orElse(GatewayApiKind.GROUP), kind.requiredString("kind"));
    }
}
