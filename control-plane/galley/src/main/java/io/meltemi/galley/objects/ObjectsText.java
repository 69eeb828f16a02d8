package io.meltemi.galley.objects;

import io.meltemi.galley.objects.ObjectStore.Contents;
import io.meltemi.galley.source.ResourceName;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The contents of a store as JSON. Immutable.
final class ObjectsText {
    private static final JsonMapper JSON = JsonMapper.shared();

    private ObjectsText() {}

    static String write(Contents contents) {
        ObjectNode root = JSON.createObjectNode();
        root.put("revision", contents.revision());
        ArrayNode objects = root.putArray("objects");
        contents.objects()
                .values()
                .forEach(object -> {
                    ObjectNode node = objects.addObject();
                    node.put("version", object.version());
                    node.put("generation", object.generation());
                    node.put("created", object.created().toString());
                    node.put("from", object.from());
                    node.set("object", JSON.valueToTree(object.fields()));
                });
        return JSON.writeValueAsString(root);
    }

    /// @throws IOException when it is no such text: a bug, as its digest was good
    static Contents read(String text) throws IOException {
        try {
            JsonNode root = JSON.readTree(text);
            SortedMap<ResourceName, StoredObject> objects = new TreeMap<>();
            for (JsonNode node : root.get("objects")) {
                StoredObject object = object(node);
                objects.put(object.name(), object);
            }
            return new Contents(root.get("revision").asLong(), objects);
        } catch (JacksonException | DateTimeException e) {
            throw new IOException("the store cannot be read: " + e.getMessage(), e);
        }
    }

    private static StoredObject object(JsonNode node) throws IOException {
        Map<String, Object> fields =
                JSON.convertValue(node.get("object"), new TypeReference<Map<String, Object>>() {});
        ResourceName name =
                ResourceName.of(fields)
                        .orElseThrow(
                                () -> new IOException("the store holds an object without name"));
        return new StoredObject(
                name,
                node.get("version").asLong(),
                node.get("generation").asLong(),
                Instant.parse(node.get("created").asString()),
                node.get("from").asString(),
                fields);
    }
}
