package io.meltemi.proxy.config.check;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Reads values of fields from a message's bytes, as [ValueRules] looks at them: numbers as a
/// [Double], names of an enumeration as their [Integer]. Immutable: pure functions.
final class WireValues {
    private static final double NANOS = 1e9;

    private WireValues() {}

    /// The value of a field that is no message.
    static Object read(CodedInputStream in, FieldDescriptor field) throws IOException {
        return switch (field.getType()) {
            case DOUBLE -> in.readDouble();
            case FLOAT -> (double) in.readFloat();
            case INT64 -> (double) in.readInt64();
            case UINT64 -> unsigned(in.readUInt64());
            case INT32 -> (double) in.readInt32();
            case FIXED64 -> unsigned(in.readFixed64());
            case FIXED32 -> (double) Integer.toUnsignedLong(in.readFixed32());
            case BOOL -> in.readBool();
            case STRING -> in.readString();
            case BYTES -> in.readBytes();
            case UINT32 -> (double) Integer.toUnsignedLong(in.readUInt32());
            case ENUM -> in.readEnum();
            case SFIXED32 -> (double) in.readSFixed32();
            case SFIXED64 -> (double) in.readSFixed64();
            case SINT32 -> (double) in.readSInt32();
            case SINT64 -> (double) in.readSInt64();
            case GROUP, MESSAGE -> throw new IllegalStateException(field + " is a message");
        };
    }

    /// What a field that is not sent has for its value.
    static Object zero(FieldDescriptor field) {
        return switch (field.getJavaType()) {
            case INT, LONG, FLOAT, DOUBLE -> 0.0;
            case BOOLEAN -> false;
            case STRING -> "";
            case BYTE_STRING -> ByteString.EMPTY;
            case ENUM -> 0;
            case MESSAGE -> throw new IllegalStateException(field + " is a message");
        };
    }

    private static double unsigned(long bits) {
        double low = bits & Long.MAX_VALUE;
        return bits < 0 ? low + 0x1p63 : low;
    }

    /// What stands in a message that only wraps a value, a duration in seconds; reads up to the
    /// stream's limit then. Null for other messages, of which nothing is read.
    static @Nullable Object unwrapped(CodedInputStream in, Descriptor type) throws IOException {
        return switch (type.getFullName()) {
            case "google.protobuf.UInt32Value",
                    "google.protobuf.UInt64Value",
                    "google.protobuf.Int32Value",
                    "google.protobuf.Int64Value",
                    "google.protobuf.FloatValue",
                    "google.protobuf.DoubleValue",
                    "google.protobuf.BoolValue",
                    "google.protobuf.BytesValue",
                    "google.protobuf.StringValue" ->
                    wrapped(in, type.findFieldByNumber(1));
            case "google.protobuf.Duration" -> seconds(in, type);
            default -> null;
        };
    }

    private static Object wrapped(CodedInputStream in, FieldDescriptor field) throws IOException {
        Object value = zero(field);
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (SetFields.isTagOf(field, tag)) {
                value = read(in, field);
            } else {
                in.skipField(tag);
            }
        }
        return value;
    }

    private static double seconds(CodedInputStream in, Descriptor type) throws IOException {
        long seconds = 0;
        int nanos = 0;
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (SetFields.isTagOf(type.findFieldByNumber(1), tag)) {
                seconds = in.readInt64();
            } else if (SetFields.isTagOf(type.findFieldByNumber(2), tag)) {
                nanos = in.readInt32();
            } else {
                in.skipField(tag);
            }
        }
        return seconds + nanos / NANOS;
    }
}
