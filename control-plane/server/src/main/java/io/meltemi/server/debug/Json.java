package io.meltemi.server.debug;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.ListValue;
import com.google.protobuf.MessageOrBuilder;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.protobuf.util.JsonFormat;
import java.util.regex.Pattern;

/// Texts and objects of JSON. Thread-safe: stateless.
final class Json {
    /// A number at the end of its line: texts end with a quotation mark.
    private static final Pattern WHOLE = Pattern.compile("(?m)(-?[0-9]+)\\.0(,?)$");

    private Json() {}

    static String print(MessageOrBuilder message) {
        try {
            // A Struct knows doubles alone; programs read ports and counts as whole numbers.
            return WHOLE.matcher(JsonFormat.printer().print(message)).replaceAll("$1$2") + "\n";
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("a Struct has a form in JSON", e);
        }
    }

    /// Istio leaves out what is empty.
    static void put(Struct.Builder into, String name, String text) {
        if (!text.isEmpty()) {
            into.putFields(name, Value.newBuilder().setStringValue(text).build());
        }
    }

    static Value object(Struct.Builder object) {
        return Value.newBuilder().setStructValue(object).build();
    }

    static Value list(ListValue.Builder list) {
        return Value.newBuilder().setListValue(list).build();
    }
}
