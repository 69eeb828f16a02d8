package io.meltemi.proxy.admin;

import com.google.protobuf.Any;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.FieldMask;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.TypeRegistry;
import com.google.protobuf.util.FieldMaskUtil;
import io.envoyproxy.envoy.admin.v3.ConfigDump;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The part of a configuration dump that `resource` and `mask` ask for. Immutable.
///
/// A mask's first step may lead into an `Any`, whose content the rest of it is then applied to.
///
/// @param types of the messages in `Any` fields
public record DumpFilter(TypeRegistry types) {
    /// A question that cannot be answered, for the asker.
    public static final class Unanswerable extends Exception {
        private static final long serialVersionUID = 1;

        private final int status;

        Unanswerable(int status, String message) {
            super(message);
            this.status = status;
        }

        public int status() {
            return status;
        }
    }

    /// Each config as a whole.
    public static ConfigDump all(List<Message> configs) {
        ConfigDump.Builder dump = ConfigDump.newBuilder();
        configs.forEach(config -> dump.addConfigs(Any.pack(config)));
        return dump.build();
    }

    /// The configs a mask can be applied to, without what it does not name.
    public ConfigDump masked(List<Message> configs, String mask) throws Unanswerable {
        ConfigDump.Builder dump = ConfigDump.newBuilder();
        for (Message config : configs) {
            trimmed(config, FieldMaskUtil.fromString(mask))
                    .ifPresent(part -> dump.addConfigs(Any.pack(part)));
        }
        if (dump.getConfigsCount() == 0) {
            throw new Unanswerable(
                    400,
                    "FieldMask " + mask + " could not be successfully applied to any configs.");
        }
        return dump.build();
    }

    /// The elements of one repeated field, whichever config has it.
    ///
    /// @param mask applied to each element; empty for none
    public ConfigDump elements(List<Message> configs, String resource, String mask)
            throws Unanswerable {
        for (Message config : configs) {
            FieldDescriptor field = config.getDescriptorForType().findFieldByName(resource);
            if (field == null) {
                continue;
            }
            if (!field.isRepeated()) {
                throw new Unanswerable(
                        400,
                        resource
                                + " is not a repeated field. Use ?mask="
                                + resource
                                + " to get only this field");
            }
            return elements((List<?>) config.getField(field), mask);
        }
        throw new Unanswerable(404, resource + " not found in config dump");
    }

    private ConfigDump elements(List<?> elements, String mask) throws Unanswerable {
        ConfigDump.Builder dump = ConfigDump.newBuilder();
        for (Object element : elements) {
            Message part = (Message) element;
            if (!mask.isEmpty()) {
                Optional<Message> trimmed = trimmed(part, FieldMaskUtil.fromString(mask));
                if (trimmed.isEmpty()) {
                    throw new Unanswerable(
                            400, "FieldMask " + mask + " could not be successfully used.");
                }
                part = trimmed.get();
            }
            dump.addConfigs(Any.pack(part));
        }
        return dump.build();
    }

    /// Empty when the mask names what the message does not have.
    private Optional<Message> trimmed(Message message, FieldMask mask) {
        List<String> outer = new ArrayList<>();
        List<String> inner = new ArrayList<>();
        FieldDescriptor any = null;
        for (String path : mask.getPathsList()) {
            int dot = path.indexOf('.');
            String first = dot < 0 ? path : path.substring(0, dot);
            FieldDescriptor field = message.getDescriptorForType().findFieldByName(first);
            if (dot >= 0 && field != null && isAny(field)) {
                any = field;
                outer.add(first);
                inner.add(path.substring(dot + 1));
            } else {
                outer.add(path);
            }
        }
        FieldMask outerMask = FieldMask.newBuilder().addAllPaths(outer).build();
        if (!FieldMaskUtil.isValid(message.getDescriptorForType(), outerMask)) {
            return Optional.empty();
        }
        Message.Builder kept = message.newBuilderForType();
        FieldMaskUtil.merge(outerMask, message, kept);
        if (any != null && kept.hasField(any)) {
            Optional<Any> content = trimmed((Any) kept.getField(any), inner);
            if (content.isEmpty()) {
                return Optional.empty();
            }
            kept.setField(any, content.get());
        }
        return Optional.of(kept.build());
    }

    private static boolean isAny(FieldDescriptor field) {
        return !field.isRepeated()
                && field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
                && field.getMessageType().getFullName().equals("google.protobuf.Any");
    }

    private Optional<Any> trimmed(Any any, List<String> paths) {
        try {
            var type = types.getDescriptorForTypeUrl(any.getTypeUrl());
            if (type == null) {
                return Optional.empty();
            }
            Message content = DynamicMessage.parseFrom(type, any.getValue());
            return trimmed(content, FieldMask.newBuilder().addAllPaths(paths).build())
                    .map(Any::pack);
        } catch (InvalidProtocolBufferException _) {
            return Optional.empty();
        }
    }
}
