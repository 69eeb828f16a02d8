package io.meltemi.galley.decode;

import io.meltemi.galley.gatewayapi.GatewayApiKind;
import io.meltemi.galley.gatewayapi.GatewayApiObject.AllowedNamespaces;
import io.meltemi.galley.gatewayapi.GatewayApiObject.Listener;
import io.meltemi.galley.gatewayapi.GatewayApiObject.RouteKind;
import io.meltemi.galley.gatewayapi.LabelSelector;
import io.meltemi.galley.gatewayapi.LabelSelector.Operator;
import io.meltemi.galley.gatewayapi.LabelSelector.Requirement;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

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
                allowed.object("namespaces", ApiListenerDecoder::namespaces)
                        .orElse(new AllowedNamespaces.Same()),
                allowed.list("kinds", ApiListenerDecoder::kind));
    }

    private static AllowedNamespaces namespaces(ObjectReader namespaces) {
        String from = namespaces.string("from").orElse("Same");
        Optional<LabelSelector> selector =
                namespaces.object("selector", ApiListenerDecoder::selector);
        return switch (from) {
            case "All" -> new AllowedNamespaces.All();
            case "Same" -> new AllowedNamespaces.Same();
            case "None" -> new AllowedNamespaces.None();
            case "Selector" -> {
                if (selector.isEmpty()) {
                    namespaces.missing("selector");
                }
                yield selector.<AllowedNamespaces>map(AllowedNamespaces.Selected::new)
                        .orElse(new AllowedNamespaces.None());
            }
            default -> {
                namespaces.wrongChoice("from", from, List.of("All", "Same", "Selector", "None"));
                yield new AllowedNamespaces.None();
            }
        };
    }

    private static RouteKind kind(ObjectReader kind) {
        return new RouteKind(
                kind.string("group").orElse(GatewayApiKind.GROUP), kind.requiredString("kind"));
    }

    private static LabelSelector selector(ObjectReader selector) {
        List<Optional<Requirement>> requirements =
                selector.list("matchExpressions", ApiListenerDecoder::requirement);
        return new LabelSelector(
                selector.stringMap("matchLabels"),
                requirements.stream().flatMap(Optional::stream).toList());
    }

    private static Optional<Requirement> requirement(ObjectReader expression) {
        String key = expression.requiredString("key");
        String written = expression.requiredString("operator");
        List<String> values = expression.strings("values");
        Optional<Operator> operator =
                Arrays.stream(Operator.values()).filter(o -> o.text().equals(written)).findFirst();
        if (operator.isEmpty() && !written.isEmpty()) {
            Function<Operator, String> text = Operator::text;
            expression.wrongChoice(
                    "operator", written, Arrays.stream(Operator.values()).map(text).toList());
        }
        return operator.map(o -> new Requirement(key, o, values));
    }
}
