package io.meltemi.galley.decode;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/// The fields of an object as the tree that its text would be, so that both are decoded alike.
/// Immutable.
final class ObjectNodes {
    private ObjectNodes() {}

    static Node of(@Nullable Object value) {
        return switch (value) {
            case null -> scalar(Tag.NULL, "null");
            case Map<?, ?> map -> mapping(map);
            case List<?> list -> sequence(list);
            case Boolean b -> scalar(Tag.BOOL, b.toString());
            case Double d -> scalar(Tag.FLOAT, d.toString());
            case Float f -> scalar(Tag.FLOAT, f.toString());
            case BigDecimal d -> scalar(Tag.FLOAT, d.toString());
            case Number n -> scalar(Tag.INT, n.toString());
            default -> scalar(Tag.STR, value.toString());
        };
    }

    private static Node scalar(Tag tag, String text) {
        return new ScalarNode(tag, text, ScalarStyle.PLAIN);
    }

    private static Node mapping(Map<?, ?> map) {
        List<NodeTuple> entries = new ArrayList<>(map.size());
        map.forEach((key, value) ->
                entries.add(new NodeTuple(scalar(Tag.STR, String.valueOf(key)), of(value))));
        return new MappingNode(Tag.MAP, entries, FlowStyle.BLOCK);
    }

    private static Node sequence(List<?> list) {
        List<Node> items = new ArrayList<>(list.size());
        list.forEach(item -> items.add(of(item)));
        return new SequenceNode(Tag.SEQ, items, FlowStyle.BLOCK);
    }
}
