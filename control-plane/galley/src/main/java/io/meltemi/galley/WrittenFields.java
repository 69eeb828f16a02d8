package io.meltemi.galley;

import io.meltemi.galley.source.ResourceName;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/// What of a document its writer said: without what servers note on it. Immutable.
final class WrittenFields {
    private static final Set<String> OF_SERVERS =
            Set.of(
                    "creationTimestamp",
                    "generation",
                    "managedFields",
                    "resourceVersion",
                    "selfLink",
                    "uid");

    /// kubectl keeps the whole document in it once more.
    private static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

    private WrittenFields() {}

    static Map<String, Object> of(ResourceName name, Map<String, Object> fields) {
        Map<String, Object> written = new LinkedHashMap<>(fields);
        written.remove("status");
        Map<String, Object> metadata = texts(fields.get("metadata"));
        metadata.keySet().removeAll(OF_SERVERS);
        if (!name.namespace().isEmpty()) {
            metadata.put("namespace", name.namespace());
        }
        Map<String, Object> annotations = texts(metadata.get("annotations"));
        if (annotations.remove(LAST_APPLIED) != null) {
            metadata.put("annotations", annotations);
            if (annotations.isEmpty()) {
                metadata.remove("annotations");
            }
        }
        written.put("metadata", metadata);
        return written;
    }

    private static Map<String, Object> texts(@org.jspecify.annotations.Nullable Object fields) {
        Map<String, Object> texts = new LinkedHashMap<>();
        if (fields instanceof Map<?, ?> map) {
            map.forEach((key, value) -> texts.put(String.valueOf(key), value));
        }
        return texts;
    }
}
