package io.meltemi.galley.schema;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The fields that a Kubernetes schema (OpenAPI v3) knows. Thread-safe: stateless.
final class SchemaFields {
    private SchemaFields() {}

    /// A field without fields of its own, or one value of an enum.
    ///
    /// @param steps names, `[]` for an entry of a list, `{}` for one of a map
    /// @param value one that its type allows
    record Field(List<String> steps, Object value) {
        Field {
            steps = List.copyOf(steps);
        }

        /// As people write it: `http[].match[].uri.exact`, enums as `mode=STRICT`.
        String path(boolean isEnum) {
            String path = String.join(".", steps).replace(".[]", "[]").replace(".{}", "{}");
            return isEnum ? path + "=" + value : path;
        }

        /// A document that has nothing but this field.
        Object document() {
            Object node = value;
            for (int i = steps.size() - 1; i >= 0; i--) {
                node =
                        switch (steps.get(i)) {
                            case "[]" -> List.of(node);
                            case "{}" -> Map.of("key", node);
                            default -> Map.of(steps.get(i), node);
                        };
            }
            return node;
        }
    }

    /// All fields below a schema, by path.
    static Map<String, Field> of(Map<?, ?> schema) {
        Map<String, Field> fields = new LinkedHashMap<>();
        walk(schema, List.of(), fields);
        return fields;
    }

    private static void walk(Map<?, ?> schema, List<String> at, Map<String, Field> fields) {
        if (schema.get("properties") instanceof Map<?, ?> properties) {
            properties.forEach(
                    (name, field) -> walk((Map<?, ?>) field, then(at, name.toString()), fields));
        } else if (schema.get("items") instanceof Map<?, ?> items) {
            walk(items, then(at, "[]"), fields);
        } else if (schema.get("additionalProperties") instanceof Map<?, ?> entries) {
            walk(entries, then(at, "{}"), fields);
        } else if (schema.get("enum") instanceof List<?> values) {
            for (Object value : values) {
                Field field = new Field(at, value);
                fields.put(field.path(true), field);
            }
        } else {
            Field field = new Field(at, sample(schema));
            fields.put(field.path(false), field);
        }
    }

    private static List<String> then(List<String> steps, String next) {
        List<String> longer = new ArrayList<>(steps);
        longer.add(next);
        return longer;
    }

    private static Object sample(Map<?, ?> schema) {
        if (Boolean.TRUE.equals(schema.get("x-kubernetes-int-or-string"))) {
            return 1;
        }
        return switch (String.valueOf(schema.get("type"))) {
            case "boolean" -> true;
            case "integer", "number" -> 1;
            case "object" -> Map.of();
            default -> isDuration(schema) ? "1s" : "a";
        };
    }

    /// Durations are texts whose rules say so.
    private static boolean isDuration(Map<?, ?> schema) {
        return String.valueOf(schema.get("x-kubernetes-validations")).contains("duration(self)");
    }
}
