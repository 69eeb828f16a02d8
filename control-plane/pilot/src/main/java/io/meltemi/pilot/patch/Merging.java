package io.meltemi.pilot.patch;

import com.google.protobuf.Any;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Duration;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.meltemi.model.config.EnvoyFilter.Operation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Merges one message into another of its type, as Istio does. Immutable.
///
/// Fields that are set are taken over, messages are merged inside, entries of maps take the place
/// of those with their key. A duration is one value; so is a typed configuration, but for those of
/// filters and transport sockets, which [#typed] merges.
enum Merging {
    LISTS_GROW,
    LISTS_ARE_REPLACED;

    static Merging of(Operation operation) {
        return operation == Operation.MERGE_AND_REPLACE_LIST ? LISTS_ARE_REPLACED : LISTS_GROW;
    }

    /// Two configurations of one type, merged inside.
    ///
    /// @throws UnfitException when they are of two types
    static Any typed(Any into, Any from) throws UnfitException, InvalidProtocolBufferException {
        if (!into.getTypeUrl().equals(from.getTypeUrl())) {
            throw new UnfitException(
                    "merge a %s into a %s: use REPLACE"
                            .formatted(shortName(from.getTypeUrl()), shortName(into.getTypeUrl())));
        }
        Descriptor type = EnvoyTypes.find(from.getTypeUrl());
        Message merged =
                LISTS_GROW.merge(
                        DynamicMessage.parseFrom(type, into.getValue()),
                        DynamicMessage.parseFrom(type, from.getValue()));
        return into.toBuilder().setValue(merged.toByteString()).build();
    }

    private static String shortName(String url) {
        return url.isEmpty() ? "configuration without a type" : url.substring(url.indexOf('/') + 1);
    }

    Message merge(Message into, Message from) {
        if (isOneValue(from.getDescriptorForType())) {
            return from;
        }
        Message.Builder merged = into.toBuilder();
        for (Map.Entry<FieldDescriptor, Object> entry : from.getAllFields().entrySet()) {
            FieldDescriptor field = entry.getKey();
            if (field.isMapField()) {
                merged.setField(field, map(into.getField(field), entry.getValue()));
            } else if (field.isRepeated()) {
                merged.setField(field, list(into.getField(field), entry.getValue()));
            } else if (field.getJavaType() == JavaType.MESSAGE && into.hasField(field)) {
                merged.setField(
                        field, merge((Message) into.getField(field), (Message) entry.getValue()));
            } else {
                merged.setField(field, entry.getValue());
            }
        }
        return merged.build();
    }

    private static boolean isOneValue(Descriptor type) {
        return type.getFullName().equals(Duration.getDescriptor().getFullName())
                || type.getFullName().equals(Any.getDescriptor().getFullName());
    }

    private List<Object> list(Object into, Object from) {
        List<Object> all = new ArrayList<>();
        if (this == LISTS_GROW) {
            all.addAll((List<?>) into);
        }
        all.addAll((List<?>) from);
        return all;
    }

    private static List<Object> map(Object into, Object from) {
        Map<Object, Object> entries = new LinkedHashMap<>();
        for (Object list : List.of(into, from)) {
            for (Object item : (List<?>) list) {
                Message entry = (Message) item;
                Object key = entry.getField(entry.getDescriptorForType().findFieldByNumber(1));
                entries.put(key, entry);
            }
        }
        return new ArrayList<>(entries.values());
    }
}
