package io.meltemi.galley.decode;

import java.util.List;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/// `kind: List` and `kind: ServiceList`: documents within a document, as kubectl prints them.
/// Immutable.
final class KubernetesList {
    private KubernetesList() {}

    /// The documents in it, or the document itself.
    static List<Node> items(Node document) {
        boolean isList =
                field(document, "kind")
                        .filter(kind ->
                                kind instanceof ScalarNode text && text.getValue().endsWith("List"))
                        .isPresent();
        return isList && field(document, "items").orElse(document) instanceof SequenceNode items
                ? items.getValue()
                : List.of(document);
    }

    private static Optional<Node> field(Node document, String name) {
        if (!(document instanceof MappingNode mapping)) {
            return Optional.empty();
        }
        return mapping.getValue().stream()
                .filter(e -> e.getKeyNode() instanceof ScalarNode k && k.getValue().equals(name))
                .map(NodeTuple::getValueNode)
                .findFirst();
    }
}
