package io.meltemi.proxy.observe.accesslog;

import com.google.protobuf.ListValue;
import com.google.protobuf.Struct;
import io.meltemi.proxy.observe.ExchangeRecord;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/// A `json_format`, compiled: one object per line, keys sorted as in Envoy. Immutable. `HOT`.
///
/// A value that is one operator keeps its type and is null when absent; one mixed of text and
/// operators is a string. With `omit_empty_values` absent values disappear, with their keys and
/// then empty objects.
final class JsonFormat implements LineFormat {
    private static final byte[] NULL = bytes("null");
    private static final byte[] EMPTY_OBJECT = bytes("{}");

    private final Node root;

    private JsonFormat(Node root) {
        this.root = root;
    }

    static JsonFormat compile(Struct format, boolean omitEmpty, Operators operators) {
        return new JsonFormat(object(format, omitEmpty, operators));
    }

    @Override
    public void write(ExchangeRecord record, LogBuffer out) {
        if (!root.write(record, out)) {
            out.raw(EMPTY_OBJECT);
        }
        out.raw('\n');
    }

    /// One JSON value; false, having written nothing, when it is left out.
    @FunctionalInterface
    private interface Node {
        boolean write(ExchangeRecord record, LogBuffer out);
    }

    private static Node node(
            com.google.protobuf.Value value, boolean omitEmpty, Operators operators) {
        return switch (value.getKindCase()) {
            case STRING_VALUE -> string(value.getStringValue(), omitEmpty, operators);
            case STRUCT_VALUE -> object(value.getStructValue(), omitEmpty, operators);
            case LIST_VALUE -> list(value.getListValue(), omitEmpty, operators);
            case NULL_VALUE, KIND_NOT_SET -> omitEmpty ? (_, _) -> false : literal(NULL);
            case BOOL_VALUE -> literal(bytes(Boolean.toString(value.getBoolValue())));
            case NUMBER_VALUE -> literal(bytes(JsonNumber.text(value.getNumberValue())));
        };
    }

    private static Node object(Struct struct, boolean omitEmpty, Operators operators) {
        TreeMap<String, com.google.protobuf.Value> sorted = new TreeMap<>(struct.getFieldsMap());
        List<byte[]> keys = new ArrayList<>();
        List<Node> values = new ArrayList<>();
        sorted.forEach((key, value) -> {
            keys.add(bytes(quoted(key) + ":"));
            values.add(node(value, omitEmpty, operators));
        });
        return members('{', keys.toArray(byte[][]::new), values, '}', omitEmpty);
    }

    private static Node list(ListValue list, boolean omitEmpty, Operators operators) {
        List<Node> values = new ArrayList<>();
        list.getValuesList().forEach(value -> values.add(node(value, omitEmpty, operators)));
        byte[][] keys = new byte[values.size()][0];
        return members('[', keys, values, ']', omitEmpty);
    }

    private static Node members(
            char open, byte[][] keys, List<Node> values, char close, boolean omitEmpty) {
        Node[] nodes = values.toArray(Node[]::new);
        return (record, out) -> {
            int start = out.size();
            out.raw(open);
            int first = out.size();
            for (int i = 0; i < nodes.length; i++) {
                int mark = out.size();
                if (mark != first) {
                    out.raw(',');
                }
                out.raw(keys[i]);
                if (!nodes[i].write(record, out)) {
                    out.rollback(mark);
                }
            }
            // Envoy: an empty object goes with its key, an empty list stays.
            if (omitEmpty && open == '{' && out.size() == first) {
                out.rollback(start);
                return false;
            }
            out.raw(close);
            return true;
        };
    }

    private static Node string(String format, boolean omitEmpty, Operators operators) {
        List<Object> segments = FormatParser.parse(format, operators);
        if (segments.size() == 1 && segments.getFirst() instanceof Value value) {
            return single(value, omitEmpty);
        }
        if (segments.stream().noneMatch(Value.class::isInstance)) {
            return literal(
                    bytes(quoted(segments.isEmpty() ? "" : text((byte[]) segments.getFirst()))));
        }
        TextFormat mixed = new TextFormat(escaped(segments), omitEmpty);
        return (record, out) -> {
            out.raw('"');
            boolean before = out.json(true);
            mixed.write(record, out);
            out.json(before);
            out.raw('"');
            return true;
        };
    }

    private static Node single(Value value, boolean omitEmpty) {
        return (record, out) -> {
            boolean present = value.writeJson(record, out);
            if (!present && !omitEmpty) {
                out.raw(NULL);
                return true;
            }
            return present;
        };
    }

    /// Literals are escaped once, here.
    private static List<Object> escaped(List<Object> segments) {
        List<Object> result = new ArrayList<>();
        for (Object segment : segments) {
            if (segment instanceof byte[] literal) {
                String quoted = quoted(text(literal));
                result.add(bytes(quoted.substring(1, quoted.length() - 1)));
            } else {
                result.add(segment);
            }
        }
        return result;
    }

    private static Node literal(byte[] text) {
        return (_, out) -> {
            out.raw(text);
            return true;
        };
    }

    private static String quoted(String text) {
        LogBuffer out = new LogBuffer();
        out.raw('"');
        out.json(true);
        out.text(text);
        out.raw('"');
        return new String(out.array(), 0, out.size(), StandardCharsets.UTF_8);
    }

    private static String text(byte[] utf8) {
        return new String(utf8, StandardCharsets.UTF_8);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
