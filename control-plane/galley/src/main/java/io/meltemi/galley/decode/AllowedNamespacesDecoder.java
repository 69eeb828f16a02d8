package io.meltemi.galley.decode;

import io.meltemi.galley.gatewayapi.GatewayApiObject.AllowedNamespaces;
import io.meltemi.galley.gatewayapi.LabelSelector;
import io.meltemi.galley.gatewayapi.LabelSelector.Operator;
import io.meltemi.galley.gatewayapi.LabelSelector.Requirement;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// Reads from which namespaces routes may attach to a listener, or ListenerSets to a Gateway.
/// Immutable.
final class AllowedNamespacesDecoder {
    private AllowedNamespacesDecoder() {}

    /// @param otherwise what holds without a word
    static AllowedNamespaces decode(ObjectReader namespaces, String otherwise) {
        String from = namespaces.string("from").orElse(otherwise);
        Optional<LabelSelector> selector =
                namespaces.object("selector", AllowedNamespacesDecoder::selector);
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

    private static LabelSelector selector(ObjectReader selector) {
        List<Optional<Requirement>> requirements =
                selector.list("matchExpressions", AllowedNamespacesDecoder::requirement);
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
