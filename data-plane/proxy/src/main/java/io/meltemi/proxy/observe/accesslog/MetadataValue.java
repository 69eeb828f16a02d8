package io.meltemi.proxy.observe.accesslog;

import com.google.protobuf.Struct;
import io.meltemi.proxy.observe.ExchangeRecord;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A value found by a path in metadata. Immutable.
///
/// As text a string stands alone and everything else is JSON, keys sorted; in a JSON format it
/// keeps its type.
///
/// @param path namespace first
record MetadataValue(List<String> path, Source source) implements Value {
    MetadataValue {
        path = List.copyOf(path);
    }

    /// Finds what stands under a namespace, or null.
    @FunctionalInterface
    interface Source {
        @Nullable Object find(ExchangeRecord record, String namespace);
    }

    @Override
    public boolean write(ExchangeRecord record, LogBuffer out) {
        Object value = find(record);
        if (value == null) {
            return false;
        }
        if (value instanceof String text) {
            out.text(text);
        } else {
            writeJsonText(value, out);
        }
        return true;
    }

    @Override
    public boolean writeJson(ExchangeRecord record, LogBuffer out) {
        Object value = find(record);
        if (value == null) {
            return false;
        }
        json(value, out);
        return true;
    }

    /// A value of metadata as text: strings bare, all else as JSON.
    ///
    /// @param value of any of the kinds that metadata holds
    static String text(Object value) {
        Object bare = plain(value);
        return bare instanceof String text ? text : jsonText(value);
    }

    /// JSON inside a string of JSON has its quotes escaped: written apart, then as text.
    private static void writeJsonText(Object value, LogBuffer out) {
        out.text(jsonText(value));
    }

    private static String jsonText(Object value) {
        LogBuffer inner = new LogBuffer();
        json(value, inner);
        return new String(inner.array(), 0, inner.size(), java.nio.charset.StandardCharsets.UTF_8);
    }

    private @Nullable Object find(ExchangeRecord record) {
        Object at = plain(source.find(record, path.get(0)));
        for (int i = 1; i < path.size(); i++) {
            if (!(at instanceof Map<?, ?> map)) {
                return null;
            }
            at = plain(map.get(path.get(i)));
        }
        return at;
    }

    /// Protobuf's wrappers as the value they hold.
    private static @Nullable Object plain(@Nullable Object value) {
        if (value instanceof Struct struct) {
            return struct.getFieldsMap();
        }
        if (!(value instanceof com.google.protobuf.Value wrapped)) {
            return value;
        }
        return switch (wrapped.getKindCase()) {
            case STRING_VALUE -> wrapped.getStringValue();
            case NUMBER_VALUE -> wrapped.getNumberValue();
            case BOOL_VALUE -> wrapped.getBoolValue();
            case STRUCT_VALUE -> wrapped.getStructValue().getFieldsMap();
            case LIST_VALUE -> wrapped.getListValue().getValuesList();
            case NULL_VALUE, KIND_NOT_SET -> null;
        };
    }

    private static void json(@Nullable Object value, LogBuffer out) {
        switch (plain(value)) {
            case null -> out.text("null");
            case Map<?, ?> map -> object(map, out);
            case Collection<?> list -> {
                String separator = "[";
                for (Object item : list) {
                    out.text(separator);
                    json(item, out);
                    separator = ",";
                }
                out.text(list.isEmpty() ? "[]" : "]");
            }
            case Boolean flag -> out.text(flag.toString());
            case Number number -> out.text(JsonNumber.text(number.doubleValue()));
            case Object other -> quoted(other.toString(), out);
        }
    }

    private static void object(Map<?, ?> map, LogBuffer out) {
        TreeMap<String, @Nullable Object> sorted = new TreeMap<>();
        map.forEach((key, item) -> sorted.put(String.valueOf(key), item));
        out.raw('{');
        boolean first = true;
        for (Map.Entry<String, @Nullable Object> entry : sorted.entrySet()) {
            out.text(first ? "" : ",");
            quoted(entry.getKey(), out);
            out.raw(':');
            json(entry.getValue(), out);
            first = false;
        }
        out.raw('}');
    }

    private static void quoted(String text, LogBuffer out) {
        out.raw('"');
        boolean before = out.json(true);
        out.text(text);
        out.json(before);
        out.raw('"');
    }
}
