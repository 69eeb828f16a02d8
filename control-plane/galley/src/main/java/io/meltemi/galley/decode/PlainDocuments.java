package io.meltemi.galley.decode;

import io.meltemi.galley.source.DocumentSet.Text;
import io.meltemi.galley.source.ResourceName;
import io.meltemi.model.diagnostic.Diagnostic;
import io.meltemi.model.diagnostic.Origin;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.constructor.StandardConstructor;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/// The documents of a text as they are written, of whatever kind: fields as in JSON. Immutable.
///
/// @param syntax what kept (the rest of) the text from being read
public record PlainDocuments(List<Document> documents, Optional<Diagnostic> syntax) {
    private static final LoadSettings SETTINGS =
            LoadSettings.builder().setSchema(new CoreSchema()).build();

    public PlainDocuments {
        documents = List.copyOf(documents);
    }

    /// One document.
    ///
    /// @param name nothing where it cannot be told
    /// @param at where it begins
    /// @param fields texts, numbers, true and false, lists, and maps of texts
    public record Document(Optional<ResourceName> name, Origin at, Map<String, Object> fields) {}

    /// @param most documents that are read at most
    public static PlainDocuments of(Text text, int most) {
        YamlText.Parsed parsed = YamlText.parse(text.name(), text.content(), most);
        List<Document> documents = new ArrayList<>();
        for (Node node : parsed.documents()) {
            if (!node.getTag().equals(Tag.NULL)) {
                KubernetesList.items(node)
                        .forEach(item -> documents.add(document(text.name(), item)));
            }
        }
        return new PlainDocuments(documents, parsed.error());
    }

    private static Document document(String source, Node node) {
        Origin at =
                node.getStartMark()
                        .map(mark -> new Origin(source, mark.getLine() + 1, mark.getColumn() + 1))
                        .orElse(new Origin(source, 0, 0));
        Map<String, Object> fields = node instanceof MappingNode ? fields(node) : Map.of();
        return new Document(ResourceName.of(fields), at, fields);
    }

    private static Map<String, Object> fields(Node node) {
        try {
            Object value =
                    new StandardConstructor(SETTINGS).constructSingleDocument(Optional.of(node));
            return value instanceof Map<?, ?> map ? map(map) : Map.of();
        } catch (YamlEngineException _) {
            // A key twice, for one: whoever validates the text says what is wrong and where.
            return Map.of();
        }
    }

    private static Map<String, Object> map(Map<?, ?> map) {
        Map<String, Object> copy = new LinkedHashMap<>();
        map.forEach((key, value) -> copy.put(String.valueOf(key), value(value)));
        return copy;
    }

    /// With keys that are texts, as JSON has them.
    private static @Nullable Object value(@Nullable Object value) {
        return switch (value) {
            case null -> null;
            case Map<?, ?> map -> map(map);
            case List<?> list -> {
                List<@Nullable Object> copy = new ArrayList<>(list.size());
                list.forEach(item -> copy.add(value(item)));
                yield copy;
            }
            default -> value;
        };
    }
}
