package io.meltemi.proxy.config;

import com.google.protobuf.Any;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.TypeRegistry;
import io.meltemi.proxy.config.check.ConfigPlace;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Finds every key of a configuration file that its message does not have.
///
/// Protobuf's own reader stops at the first one and does not say where it stands.
final class UnknownFields {
    private final TypeRegistry types;

    UnknownFields(TypeRegistry types) {
        this.types = types;
    }

    /// Refuses, at its place, every key that is not a field.
    void check(@Nullable Object tree, Descriptor message, ConfigPlace at) {
        if (!(tree instanceof Map<?, ?> map)) {
            return;
        }
        if (message.getFullName().equals(Any.getDescriptor().getFullName())) {
            any(map, at);
        } else if (!message.getFile().getPackage().equals("google.protobuf")) {
            fields(map, message, at);
        }
    }

    private void any(Map<?, ?> map, ConfigPlace at) {
        Object url = map.get("@type");
        if (url == null) {
            if (!map.isEmpty()) {
                at.refuse("has no @type");
            }
            return;
        }
        Descriptor message;
        try {
            message = types.getDescriptorForTypeUrl(url.toString());
        } catch (InvalidProtocolBufferException _) {
            message = null;
        }
        if (message == null) {
            at.refuse("'" + url + "' is not an extension this proxy has");
            return;
        }
        fields(map, message, at);
    }

    private void fields(Map<?, ?> map, Descriptor message, ConfigPlace at) {
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            String key = String.valueOf(entry.getKey());
            if (key.equals("@type")) {
                continue;
            }
            FieldDescriptor field = field(message, key);
            if (field == null) {
                at.field(key).refuse("is not a field of " + message.getFullName());
            } else if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
                descend(entry.getValue(), field, at);
            }
        }
    }

    private void descend(@Nullable Object value, FieldDescriptor field, ConfigPlace at) {
        if (field.isMapField()) {
            FieldDescriptor valueField = field.getMessageType().findFieldByName("value");
            if (value instanceof Map<?, ?> map
                    && valueField.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
                map.forEach((key, each) ->
                        check(
                                each,
                                valueField.getMessageType(),
                                at.entry(field.getName(), String.valueOf(key))));
            }
        } else if (!field.isRepeated()) {
            check(value, field.getMessageType(), at.field(field.getName()));
        } else if (value instanceof List<?> list) {
            for (int i = 0; i < list.size(); i++) {
                check(list.get(i), field.getMessageType(), at.element(field.getName(), i));
            }
        }
    }

    private static @Nullable FieldDescriptor field(Descriptor message, String key) {
        FieldDescriptor byName = message.findFieldByName(key);
        if (byName != null) {
            return byName;
        }
        for (FieldDescriptor field : message.getFields()) {
            if (field.getJsonName().equals(key)) {
                return field;
            }
        }
        return null;
    }
}
