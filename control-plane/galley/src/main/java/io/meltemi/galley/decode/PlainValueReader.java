package io.meltemi.galley.decode;

import io.meltemi.galley.finding.FieldPath;
import io.meltemi.model.config.PlainValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/// Keeps a piece of a document as it is written. Immutable.
///
/// Its depth and size are bounded by what `YamlText` takes.
final class PlainValueReader {
    private PlainValueReader() {}

    static PlainValue read(Node node, FieldPath at, ObjectReader reader) {
        return switch (node) {
            case MappingNode mapping -> fields(mapping, at, reader);
            case SequenceNode sequence -> items(sequence, at, reader);
            case ScalarNode scalar -> scalar(scalar, at, reader);
            default -> new PlainValue.Nothing();
        };
    }

    private static PlainValue fields(MappingNode mapping, FieldPath at, ObjectReader reader) {
        Map<String, PlainValue> fields = new LinkedHashMap<>();
        for (NodeTuple entry : mapping.getValue()) {
            reader.key(entry, at)
                    .ifPresent(key ->
                            reader.put(
                                    fields,
                                    key,
                                    read(entry.getValueNode(), at.field(key), reader),
                                    at));
        }
        return new PlainValue.Fields(fields);
    }

    private static PlainValue items(SequenceNode sequence, FieldPath at, ObjectReader reader) {
        List<PlainValue> items = new ArrayList<>();
        for (int i = 0; i < sequence.getValue().size(); i++) {
            items.add(read(sequence.getValue().get(i), at.item(i), reader));
        }
        return new PlainValue.Items(items);
    }

    private static PlainValue scalar(ScalarNode scalar, FieldPath at, ObjectReader reader) {
        Tag tag = scalar.getTag();
        String text = scalar.getValue();
        if (tag.equals(Tag.NULL)) {
            return new PlainValue.Nothing();
        }
        if (tag.equals(Tag.BOOL)) {
            return new PlainValue.Bool(Boolean.parseBoolean(text));
        }
        if (tag.equals(Tag.INT) || tag.equals(Tag.FLOAT)) {
            return ObjectReader.whole(tag, text)
                    .<PlainValue>map(PlainValue.Whole::new)
                    .or(() -> ObjectReader.decimal(tag, text).map(PlainValue.Decimal::new))
                    .or(() -> wrong(at, "a finite number of at most 64 bits", scalar, reader))
                    .orElseGet(PlainValue.Nothing::new);
        }
        if (ObjectReader.isText(tag)) {
            return new PlainValue.Text(text);
        }
        return wrong(at, "a text, a number, true, false or null", scalar, reader)
                .orElseGet(PlainValue.Nothing::new);
    }

    private static Optional<PlainValue> wrong(
            FieldPath at, String expected, Node node, ObjectReader reader) {
        return reader.wrongType(at, expected, node);
    }
}
