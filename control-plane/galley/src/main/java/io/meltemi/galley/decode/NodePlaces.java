package io.meltemi.galley.decode;

import io.meltemi.galley.finding.FieldPath;
import io.meltemi.galley.finding.Findings;
import io.meltemi.model.diagnostic.Origin;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/// Finds where a field of a document was written. Immutable.
///
/// @param source the file's name
record NodePlaces(String source, Node root) implements Findings.Places {
    /// The place of the field's value (of its key where the value is an object or a list), or of
    /// the nearest thing around a field that is not there.
    @Override
    public Origin at(FieldPath path) {
        Node node = root;
        Node shown = root;
        for (String step : path.steps()) {
            Optional<NodeTuple> entry = entry(node, step);
            Optional<Node> next = next(node, step);
            if (next.isEmpty()) {
                break;
            }
            node = next.get();
            shown = node instanceof ScalarNode || entry.isEmpty() ? node : entry.get().getKeyNode();
        }
        return origin(shown);
    }

    @Override
    public boolean has(FieldPath path) {
        Optional<Node> node = Optional.of(root);
        for (String step : path.steps()) {
            node = node.flatMap(n -> next(n, step));
        }
        return node.isPresent();
    }

    private static Optional<Node> next(Node node, String step) {
        if (node instanceof SequenceNode list) {
            return step.startsWith("[") && index(step) < list.getValue().size()
                    ? Optional.of(list.getValue().get(index(step)))
                    : Optional.empty();
        }
        return entry(node, step).map(NodeTuple::getValueNode);
    }

    private Origin origin(Node node) {
        return node.getStartMark()
                .map(mark -> new Origin(source, mark.getLine() + 1, mark.getColumn() + 1))
                .orElse(new Origin(source, 0, 0));
    }

    private static int index(String step) {
        return Integer.parseInt(step.substring(1, step.length() - 1));
    }

    private static Optional<NodeTuple> entry(Node node, String key) {
        if (!(node instanceof MappingNode mapping)) {
            return Optional.empty();
        }
        return mapping.getValue().stream()
                .filter(e -> e.getKeyNode() instanceof ScalarNode k && k.getValue().equals(key))
                .findFirst();
    }
}
