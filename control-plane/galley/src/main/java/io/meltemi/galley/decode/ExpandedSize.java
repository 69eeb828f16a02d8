package io.meltemi.galley.decode;

import java.util.IdentityHashMap;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/// How many nodes a reader would meet that follows every alias. Confined to one call.
final class ExpandedSize {
    static final long LARGEST = 2_000_000;

    private final IdentityHashMap<Node, Long> known = new IdentityHashMap<>();

    /// A document that contains itself counts as infinitely large.
    static long of(Node node) {
        return new ExpandedSize().measure(node);
    }

    private long measure(Node node) {
        Long before = known.get(node);
        if (before != null) {
            return before;
        }
        // Met again before it is measured, a node holds itself.
        known.put(node, LARGEST + 1);
        long size = 1;
        if (node instanceof MappingNode mapping) {
            for (NodeTuple entry : mapping.getValue()) {
                size += measure(entry.getKeyNode()) + measure(entry.getValueNode());
            }
        } else if (node instanceof SequenceNode sequence) {
            for (Node item : sequence.getValue()) {
                size += measure(item);
            }
        }
        size = Math.min(size, LARGEST + 1);
        known.put(node, size);
        return size;
    }
}
