package io.meltemi.proxy.config.check;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.WireFormat;
import io.meltemi.xds.message.MessageType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;

/// Which fields of a message are set, read from its bytes. Immutable.
///
/// Why not [Message#getAllFields]: for every type it meets, it loads the builder and looks up eight
/// methods of each field for ever: a fifth of the memory of a small sidecar (docs/adr/0007).
public final class SetFields {
    private static final int MAP_KEY = 1;
    private static final int MAP_VALUE = 2;

    private final Descriptor type;
    private final ByteString bytes;
    private final SortedMap<Integer, List<ByteString>> set = new TreeMap<>();
    private final SortedSet<Integer> unknown = new TreeSet<>();
    private String key = "";

    private SetFields(Descriptor type, ByteString bytes) {
        this.type = type;
        this.bytes = bytes;
        try {
            read(bytes.newCodedInput());
        } catch (IOException e) {
            throw new IllegalStateException("a message reads what it wrote", e);
        }
    }

    /// What is set in this message.
    public static SetFields of(Message message) {
        return new SetFields(MessageType.of(message).descriptor(), message.toByteString());
    }

    private void read(CodedInputStream in) throws IOException {
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            int number = WireFormat.getTagFieldNumber(tag);
            int wire = WireFormat.getTagWireType(tag);
            FieldDescriptor field = type.findFieldByNumber(number);
            if (field == null || !carries(field, wire)) {
                unknown.add(number);
                in.skipField(tag);
            } else if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
                    && wire == WireFormat.WIRETYPE_LENGTH_DELIMITED) {
                set.computeIfAbsent(number, _ -> new ArrayList<>()).add(in.readBytes());
            } else {
                set.putIfAbsent(number, List.of());
                if (number == MAP_KEY && type.getOptions().getMapEntry()) {
                    key = text(in, wire);
                } else {
                    in.skipField(tag);
                }
            }
        }
    }

    static boolean isTagOf(FieldDescriptor field, int tag) {
        return WireFormat.getTagFieldNumber(tag) == field.getNumber()
                && carries(field, WireFormat.getTagWireType(tag));
    }

    /// A parser takes a known number of another wire type for an unknown field.
    static boolean carries(FieldDescriptor field, int wire) {
        return wire == field.getLiteType().getWireType()
                || (field.isPackable() && wire == WireFormat.WIRETYPE_LENGTH_DELIMITED);
    }

    private static String text(CodedInputStream in, int wire) throws IOException {
        return switch (wire) {
            case WireFormat.WIRETYPE_LENGTH_DELIMITED -> in.readString();
            case WireFormat.WIRETYPE_VARINT -> Long.toString(in.readRawVarint64());
            case WireFormat.WIRETYPE_FIXED32 -> Integer.toString(in.readFixed32());
            default -> Long.toString(in.readFixed64());
        };
    }

    /// The message's type.
    public Descriptor type() {
        return type;
    }

    /// The message itself, as it is sent.
    public ByteString bytes() {
        return bytes;
    }

    /// The numbers that stand in the message and not in its type, lowest first.
    public SortedSet<Integer> unknown() {
        return Collections.unmodifiableSortedSet(unknown);
    }

    /// Each set field by ascending number with its messages: one for each element of a list or map,
    /// none when it holds no messages.
    public void forEach(BiConsumer<FieldDescriptor, List<SetFields>> each) {
        set.forEach((number, bytes) -> {
            FieldDescriptor field = type.findFieldByNumber(number);
            each.accept(
                    field,
                    bytes.isEmpty()
                            ? List.of()
                            : parts(field.getMessageType(), bytes, field.isRepeated()));
        });
    }

    /// What stands twice in one field that is no list is one message in two parts.
    private static List<SetFields> parts(
            Descriptor type, List<ByteString> bytes, boolean repeated) {
        return repeated
                ? bytes.stream().map(part -> new SetFields(type, part)).toList()
                : List.of(new SetFields(type, ByteString.copyFrom(bytes)));
    }

    /// Of an entry of a map whose values are messages: the key, for people.
    String mapKey() {
        return key;
    }

    /// Of an entry of a map whose values are messages: the value.
    SetFields mapValue() {
        FieldDescriptor value = type.findFieldByNumber(MAP_VALUE);
        return new SetFields(
                value.getMessageType(),
                ByteString.copyFrom(set.getOrDefault(MAP_VALUE, List.of())));
    }
}
