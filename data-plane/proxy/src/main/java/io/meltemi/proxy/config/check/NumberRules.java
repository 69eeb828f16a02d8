package io.meltemi.proxy.config.check;

import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import io.envoyproxy.pgv.validate.Validate;
import io.envoyproxy.pgv.validate.Validate.FieldRules;
import org.jspecify.annotations.Nullable;

/// `validate.rules` of numbers, durations, flags and bytes. Immutable: pure functions.
final class NumberRules {
    private NumberRules() {}

    /// What a value breaks, or null.
    static @Nullable String wrong(FieldRules rules, Object value) {
        return switch (rules.getTypeCase()) {
            case UINT32 -> uint32(rules.getUint32(), number(value));
            case UINT64 -> uint64(rules.getUint64(), number(value));
            case INT32 -> int32(rules.getInt32(), number(value));
            case INT64 -> int64(rules.getInt64(), number(value));
            case DOUBLE -> decimal(rules.getDouble(), number(value));
            case DURATION -> duration(rules.getDuration(), number(value));
            case BOOL ->
                    rules.getBool().hasConst() && !value.equals(rules.getBool().getConst())
                            ? "must be " + rules.getBool().getConst()
                            : null;
            case BYTES -> value instanceof ByteString bytes ? bytes(rules.getBytes(), bytes) : null;
            case FLOAT -> decimal(rules.getFloat(), number(value));
            case SINT32,
                    SINT64,
                    FIXED32,
                    FIXED64,
                    SFIXED32,
                    SFIXED64,
                    STRING,
                    ENUM,
                    REPEATED,
                    MAP,
                    ANY,
                    TIMESTAMP,
                    TYPE_NOT_SET ->
                    null;
        };
    }

    private static double number(Object value) {
        return value instanceof Number number ? number.doubleValue() : 0;
    }

    private static @Nullable String uint32(Validate.UInt32Rules rules, double value) {
        return range(
                value,
                rules.hasGt() ? Integer.toUnsignedLong(rules.getGt()) : null,
                rules.hasGte() ? Integer.toUnsignedLong(rules.getGte()) : null,
                rules.hasLt() ? Integer.toUnsignedLong(rules.getLt()) : null,
                rules.hasLte() ? Integer.toUnsignedLong(rules.getLte()) : null);
    }

    private static @Nullable String uint64(Validate.UInt64Rules rules, double value) {
        return range(
                value,
                rules.hasGt() ? rules.getGt() : null,
                rules.hasGte() ? rules.getGte() : null,
                rules.hasLt() ? rules.getLt() : null,
                rules.hasLte() ? rules.getLte() : null);
    }

    private static @Nullable String int32(Validate.Int32Rules rules, double value) {
        return range(
                value,
                rules.hasGt() ? (long) rules.getGt() : null,
                rules.hasGte() ? (long) rules.getGte() : null,
                rules.hasLt() ? (long) rules.getLt() : null,
                rules.hasLte() ? (long) rules.getLte() : null);
    }

    private static @Nullable String int64(Validate.Int64Rules rules, double value) {
        return range(
                value,
                rules.hasGt() ? rules.getGt() : null,
                rules.hasGte() ? rules.getGte() : null,
                rules.hasLt() ? rules.getLt() : null,
                rules.hasLte() ? rules.getLte() : null);
    }

    private static @Nullable String decimal(Validate.DoubleRules rules, double value) {
        return range(
                value,
                rules.hasGt() ? rules.getGt() : null,
                rules.hasGte() ? rules.getGte() : null,
                rules.hasLt() ? rules.getLt() : null,
                rules.hasLte() ? rules.getLte() : null);
    }

    private static @Nullable String decimal(Validate.FloatRules rules, double value) {
        return range(
                value,
                rules.hasGt() ? rules.getGt() : null,
                rules.hasGte() ? rules.getGte() : null,
                rules.hasLt() ? rules.getLt() : null,
                rules.hasLte() ? rules.getLte() : null);
    }

    private static @Nullable String duration(Validate.DurationRules rules, double value) {
        return range(
                value,
                rules.hasGt() ? seconds(rules.getGt()) : null,
                rules.hasGte() ? seconds(rules.getGte()) : null,
                rules.hasLt() ? seconds(rules.getLt()) : null,
                rules.hasLte() ? seconds(rules.getLte()) : null);
    }

    private static @Nullable String bytes(Validate.BytesRules rules, ByteString bytes) {
        if (bytes.size() < rules.getMinLen()) {
            return bytes.isEmpty() ? "must not be empty" : "is too short";
        }
        return rules.hasMaxLen() && bytes.size() > rules.getMaxLen()
                ? "is longer than " + rules.getMaxLen() + " bytes"
                : null;
    }

    private static double seconds(Duration duration) {
        return duration.getSeconds() + duration.getNanos() / 1e9;
    }

    /// A null end is open.
    private static @Nullable String range(
            double value,
            @Nullable Number above,
            @Nullable Number least,
            @Nullable Number below,
            @Nullable Number most) {
        if (above != null && value <= above.doubleValue()) {
            return "must be above " + text(above);
        }
        if (least != null && value < least.doubleValue()) {
            return "must be at least " + text(least);
        }
        if (below != null && value >= below.doubleValue()) {
            return "must be below " + text(below);
        }
        return most != null && value > most.doubleValue() ? "must be at most " + text(most) : null;
    }

    private static String text(Number number) {
        double value = number.doubleValue();
        return value == Math.rint(value) ? Long.toString(number.longValue()) : number.toString();
    }
}
