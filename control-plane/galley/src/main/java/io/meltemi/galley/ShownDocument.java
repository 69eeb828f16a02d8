package io.meltemi.galley;

import io.meltemi.galley.source.ResourceName;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.json.JsonMapper;

/// A document as people may see it: of a secret the names of what it holds, and no more. Immutable.
final class ShownDocument {
    private static final Set<String> SECRET = Set.of("data", "stringData");

    private ShownDocument() {}

    /// As JSON.
    static String of(ResourceName name, Map<String, Object> fields) {
        Map<String, Object> shown = new LinkedHashMap<>(fields);
        if (name.kind().equals("Secret")) {
            SECRET.forEach(field -> shown.computeIfPresent(field, (_, held) -> names(held)));
            shown.put("metadata", withoutCopies(fields.get("metadata")));
        }
        return JsonMapper.shared().writeValueAsString(shown);
    }

    private static Object names(Object held) {
        Map<String, Object> names = new LinkedHashMap<>();
        if (held instanceof Map<?, ?> map) {
            map.keySet().forEach(key -> names.put(String.valueOf(key), "[not shown]"));
        }
        return names;
    }

    /// kubectl notes the whole document, secrets and all, in an annotation.
    private static Object withoutCopies(@org.jspecify.annotations.Nullable Object metadata) {
        Map<String, Object> shown = new LinkedHashMap<>();
        if (metadata instanceof Map<?, ?> map) {
            map.forEach((key, value) -> shown.put(String.valueOf(key), value));
        }
        shown.remove("annotations");
        return shown;
    }
}
