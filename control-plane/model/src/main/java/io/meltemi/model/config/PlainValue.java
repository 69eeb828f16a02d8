package io.meltemi.model.config;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A piece of configuration as it was written, whose meaning somebody else knows. Immutable.
public sealed interface PlainValue {
    /// An object.
    ///
    /// @param fields in the order in which they were written
    record Fields(Map<String, PlainValue> fields) implements PlainValue {
        public Fields {
            fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
        }
    }

    /// A list.
    record Items(List<PlainValue> items) implements PlainValue {
        public Items {
            items = List.copyOf(items);
        }
    }

    record Text(String text) implements PlainValue {}

    record Whole(long number) implements PlainValue {}

    /// @param number finite
    record Decimal(double number) implements PlainValue {}

    record Bool(boolean value) implements PlainValue {}

    record Nothing() implements PlainValue {}

    /// As JSON, on one line.
    default String toJson() {
        StringBuilder json = new StringBuilder();
        write(this, json);
        return json.toString();
    }

    private static void write(PlainValue value, StringBuilder json) {
        switch (value) {
            case Fields(Map<String, PlainValue> fields) -> {
                List<String> names = new ArrayList<>(fields.keySet());
                json.append('{');
                for (int i = 0; i < names.size(); i++) {
                    json.append(i == 0 ? "" : ",");
                    quote(names.get(i), json);
                    json.append(':');
                    write(fields.getOrDefault(names.get(i), new Nothing()), json);
                }
                json.append('}');
            }
            case Items(List<PlainValue> items) -> {
                json.append('[');
                for (int i = 0; i < items.size(); i++) {
                    json.append(i == 0 ? "" : ",");
                    write(items.get(i), json);
                }
                json.append(']');
            }
            case Text(String text) -> quote(text, json);
            case Whole(long number) -> json.append(number);
            case Decimal(double number) -> json.append(number);
            case Bool(boolean bool) -> json.append(bool);
            case Nothing _ -> json.append("null");
        }
    }

    private static void quote(String text, StringBuilder json) {
        json.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < ' ') {
                json.append("\\u%04x".formatted((int) c));
            } else {
                json.append(c);
            }
        }
        json.append('"');
    }
}
