package io.meltemi.proxy.filter.jwt;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Struct;
import com.google.protobuf.util.JsonFormat;
import io.meltemi.proxy.config.match.Values;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Reads JSON objects into trees of maps; numbers become doubles, as in Envoy. Immutable: pure
/// functions.
final class JsonTree {
    private JsonTree() {}

    /// Null when the text is no JSON object.
    static @Nullable Map<String, Object> parse(String json) {
        try {
            Struct.Builder struct = Struct.newBuilder();
            JsonFormat.parser().merge(json, struct);
            return Values.tree(struct.build());
        } catch (InvalidProtocolBufferException | RuntimeException _) {
            // the parser lets number formats and the like through as unchecked exceptions
            return null;
        }
    }

    /// Whole numbers without a fraction.
    static String number(Double number) {
        return number == Math.rint(number) && Math.abs(number) < 1e15
                ? Long.toString(number.longValue())
                : number.toString();
    }

    /// JSON without spaces, keys sorted.
    static String write(@Nullable Object tree) {
        StringBuilder json = new StringBuilder();
        write(tree, json);
        return json.toString();
    }

    private static void write(@Nullable Object tree, StringBuilder json) {
        switch (tree) {
            case null -> json.append("null");
            case Double number -> json.append(number(number));
            case Boolean bool -> json.append(bool);
            case List<?> list -> {
                char separator = '[';
                for (Object one : list) {
                    json.append(separator);
                    write(one, json);
                    separator = ',';
                }
                json.append(separator == '[' ? "[]" : "]");
            }
            case Map<?, ?> map -> {
                char separator = '{';
                for (Map.Entry<?, ?> entry : new TreeMap<>(map).entrySet()) {
                    json.append(separator);
                    write(entry.getKey(), json);
                    json.append(':');
                    write(entry.getValue(), json);
                    separator = ',';
                }
                json.append(separator == '{' ? "{}" : "}");
            }
            default -> quote(tree.toString(), json);
        }
    }

    private static void quote(String text, StringBuilder json) {
        json.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < ' ') {
                json.append("\\u00").append(Character.forDigit(c >> 4, 16));
                json.append(Character.forDigit(c & 15, 16));
            } else {
                json.append(c);
            }
        }
        json.append('"');
    }
}
