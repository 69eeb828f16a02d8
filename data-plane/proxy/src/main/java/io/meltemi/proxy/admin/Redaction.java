package io.meltemi.proxy.admin;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.TypeRegistry;
import java.util.ArrayList;
import java.util.List;
import udpa.annotations.Sensitive;

/// Takes out of a message what Envoy's protos mark as sensitive: private keys above all. Immutable.
///
/// @param types of the messages in `Any` fields
public record Redaction(TypeRegistry types) {
    private static final String REDACTED = "[redacted]";

    /// The same message without its secrets.
    public Message clear(Message message) {
        return clear(message, false);
    }

    private Message clear(Message message, boolean sensitive) {
        if (message.getDescriptorForType().getFullName().equals("google.protobuf.Any")) {
            return clearAny(message, sensitive);
        }
        Message.Builder clean = message.toBuilder();
        message.getAllFields()
                .forEach((field, value) -> {
                    boolean hidden =
                            sensitive || field.getOptions().getExtension(Sensitive.sensitive);
                    if (value instanceof List<?> values) {
                        List<Object> all = new ArrayList<>();
                        values.forEach(each -> all.add(clearValue(field, each, hidden)));
                        clean.setField(field, all);
                    } else {
                        clean.setField(field, clearValue(field, value, hidden));
                    }
                });
        return clean.build();
    }

    private Object clearValue(FieldDescriptor field, Object value, boolean hidden) {
        return switch (value) {
            case Message message -> clear(message, hidden);
            case String _ when hidden -> REDACTED;
            case ByteString _ when hidden -> ByteString.copyFromUtf8(REDACTED);
            default ->
                    hidden && !field.isRepeated() && !isEnum(field)
                            ? field.getDefaultValue()
                            : value;
        };
    }

    private static boolean isEnum(FieldDescriptor field) {
        return field.getJavaType() == FieldDescriptor.JavaType.ENUM;
    }

    /// An `Any` of a type that is not known stays as it is: nothing of it is shown but its name.
    private Message clearAny(Message any, boolean sensitive) {
        try {
            Any typed = Any.parseFrom(any.toByteString());
            Descriptor type = types.getDescriptorForTypeUrl(typed.getTypeUrl());
            if (type == null) {
                return any;
            }
            Message content = clear(DynamicMessage.parseFrom(type, typed.getValue()), sensitive);
            Any clean = typed.toBuilder().setValue(content.toByteString()).build();
            return any instanceof Any
                    ? clean
                    : DynamicMessage.parseFrom(any.getDescriptorForType(), clean.toByteString());
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("a message in force cannot be read", e);
        }
    }
}
