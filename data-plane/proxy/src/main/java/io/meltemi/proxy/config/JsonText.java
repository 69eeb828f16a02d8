package io.meltemi.proxy.config;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Writes a tree of maps, lists and scalars, as YAML gives it, as JSON.
final class JsonText {
    private final StringBuilder out = new StringBuilder();

    private JsonText() {}

    static String of(@Nullable Object tree) {
        JsonText text = new JsonText();
        text.write(tree);
        return text.out.toString();
    }

    private void write(@Nullable Object value) {
        switch (value) {
            case null -> out.append("null");
            case Map<?, ?> map -> object(map);
            case List<?> list -> array(list);
            case Double d when d.isNaN() || d.isInfinite() -> string(d.toString());
            case Number number -> out.append(number);
            case Boolean bool -> out.append(bool);
            default -> string(value.toString());
        }
    }

    private void object(Map<?, ?> map) {
        out.append('{');
        String comma = "";
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            out.append(comma);
            string(String.valueOf(entry.getKey()));
            out.append(':');
            write(entry.getValue());
            comma = ",";
        }
        out.append('}');
    }

    private void array(List<?> list) {
        out.append('[');
        String comma = "";
        for (Object element : list) {
            out.append(comma);
            write(element);
            comma = ",";
        }
        out.append(']');
    }

    private void string(String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (c < 0x20) {
                        out.append(String.format("\\u%04x", (int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }
}
