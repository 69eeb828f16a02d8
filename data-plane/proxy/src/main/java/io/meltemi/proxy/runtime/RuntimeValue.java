package io.meltemi.proxy.runtime;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import org.jspecify.annotations.Nullable;

/// One value of one layer. Immutable.
///
/// @param text as `/runtime` prints it
/// @param number what it is as a number, or null
/// @param fraction what it is as a share, or null
record RuntimeValue(String text, @Nullable Double number, @Nullable Share fraction) {
    /// @param denominator 100, 10,000 or 1,000,000
    record Share(long numerator, int denominator) {}

    static RuntimeValue of(Value value) {
        return switch (value.getKindCase()) {
            case NUMBER_VALUE -> number(value.getNumberValue());
            case BOOL_VALUE ->
                    new RuntimeValue(
                            Boolean.toString(value.getBoolValue()),
                            value.getBoolValue() ? 1.0 : 0.0,
                            null);
            case STRUCT_VALUE -> share(value.getStructValue());
            case STRING_VALUE -> text(value.getStringValue());
            case LIST_VALUE, NULL_VALUE, KIND_NOT_SET ->
                    throw new IllegalArgumentException(
                            "a runtime value is a number, a text, true, false or a fraction");
        };
    }

    /// As an operator types it.
    static RuntimeValue text(String text) {
        if (text.equals("true") || text.equals("false")) {
            return new RuntimeValue(text, text.equals("true") ? 1.0 : 0.0, null);
        }
        try {
            double number = Double.parseDouble(text);
            return new RuntimeValue(text, number, new Share((long) Math.max(0, number), 100));
        } catch (NumberFormatException _) {
            return new RuntimeValue(text, null, null);
        }
    }

    private static RuntimeValue number(double number) {
        String text =
                number == Math.rint(number) && Math.abs(number) < 1e15
                        ? Long.toString((long) number)
                        : Double.toString(number);
        return new RuntimeValue(text, number, new Share((long) Math.max(0, number), 100));
    }

    static boolean isShare(Struct struct) {
        return struct.containsFields("numerator") || struct.containsFields("denominator");
    }

    private static RuntimeValue share(Struct struct) {
        long numerator =
                (long)
                        struct.getFieldsOrDefault("numerator", Value.getDefaultInstance())
                                .getNumberValue();
        String unit =
                struct.getFieldsOrDefault("denominator", Value.getDefaultInstance())
                        .getStringValue();
        int denominator =
                switch (unit) {
                    case "", "HUNDRED" -> 100;
                    case "TEN_THOUSAND" -> 10_000;
                    case "MILLION" -> 1_000_000;
                    default ->
                            throw new IllegalArgumentException(
                                    "denominator '" + unit + "' is not known");
                };
        String text = "{\"numerator\":" + numerator;
        if (!unit.isEmpty()) {
            text += ",\"denominator\":\"" + unit + '"';
        }
        return new RuntimeValue(text + '}', null, new Share(numerator, denominator));
    }
}
