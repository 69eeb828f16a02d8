package io.meltemi.proxy.filter.istiostats;

import io.envoyproxy.envoy.config.core.v3.Node;
import io.meltemi.proxy.decide.RequestFacts;
import io.meltemi.proxy.observe.ExchangeRecord;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The value of a label as a configuration wants it. Immutable. `HOT`.
///
/// Istio takes any CEL expression; here it is texts and attributes, joined by `+`.
final class Dimension {
    private final List<Attribute> parts;

    private Dimension(List<Attribute> parts) {
        this.parts = List.copyOf(parts);
    }

    /// Null when the expression is more than this proxy can evaluate.
    static @Nullable Dimension parse(String expression, Node node) {
        ExpressionReader reader = new ExpressionReader(expression);
        List<Attribute> parts = new ArrayList<>();
        do {
            String text = reader.quoted();
            List<String> path = text == null ? reader.path() : List.of();
            Attribute part = text == null ? Attribute.named(path, node) : (_, _) -> text;
            if (part == null) {
                return null;
            }
            parts.add(part);
        } while (reader.takes('+'));
        return reader.isEmpty() ? new Dimension(parts) : null;
    }

    /// Null when a part of it is not there.
    @Nullable String text(ExchangeRecord record, RequestFacts facts) {
        if (parts.size() == 1) {
            return parts.getFirst().text(record, facts);
        }
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < parts.size(); i++) {
            String text = parts.get(i).text(record, facts);
            if (text == null) {
                return null;
            }
            all.append(text);
        }
        return all.toString();
    }
}
