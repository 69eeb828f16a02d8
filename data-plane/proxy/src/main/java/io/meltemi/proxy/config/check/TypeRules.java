package io.meltemi.proxy.config.check;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.protobuf.ExtensionRegistry;
import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.pgv.validate.Validate;
import io.envoyproxy.pgv.validate.Validate.FieldRules;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/// The `validate.rules` of one type of message. Immutable.
///
/// Read when the first message of the type is checked, and never again: a proxy pays for the types
/// its configuration has, not for all of Envoy's.
///
/// @param all the fields that have rules, are durations, or are messages that may have some
/// @param required of these one field has to be there
record TypeRules(
        List<OfField> all, Map<Integer, OfField> byNumber, List<OneofDescriptor> required) {
    /// What is the same as long as the process lives; bounded by the types there are.
    private static final ConcurrentMap<String, TypeRules> KNOWN = new ConcurrentHashMap<>();

    private static final ExtensionRegistry EXTENSIONS = extensions();

    /// @param index its place in [TypeRules#all]
    /// @param ifAbsent what is wrong when the field is not there; null: nothing
    record OfField(FieldDescriptor field, FieldRules rules, int index, @Nullable String ifAbsent) {
        /// Those of each element of a list.
        FieldRules items() {
            return rules.getRepeated().getItems();
        }
    }

    static TypeRules of(Descriptor type) {
        TypeRules known = KNOWN.get(type.getFullName());
        return known != null ? known : KNOWN.computeIfAbsent(type.getFullName(), _ -> read(type));
    }

    private static TypeRules read(Descriptor type) {
        List<OneofDescriptor> required =
                type.getRealOneofs().stream()
                        .filter(oneof -> oneof.getOptions().getExtension(Validate.required))
                        .toList();
        List<OfField> all = new ArrayList<>();
        Map<Integer, OfField> byNumber = new HashMap<>();
        for (FieldDescriptor field : type.getFields()) {
            FieldRules rules = rules(field);
            boolean deep =
                    field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
                            && (field.isMapField() || isEnvoys(field.getMessageType()));
            OneofDescriptor oneof = field.getRealContainingOneof();
            if (deep
                    || ValueRules.isDuration(field)
                    || rules.getTypeCase() != FieldRules.TypeCase.TYPE_NOT_SET
                    || rules.hasMessage()
                    || (oneof != null && required.contains(oneof))) {
                OfField rule = new OfField(field, rules, all.size(), ifAbsent(field, rules));
                all.add(rule);
                byNumber.put(field.getNumber(), rule);
            }
        }
        return new TypeRules(List.copyOf(all), Map.copyOf(byNumber), required);
    }

    /// A field of a choice that was not made demands nothing, nor does one that may be absent.
    private static @Nullable String ifAbsent(FieldDescriptor field, FieldRules rules) {
        if (field.isRepeated() || field.getRealContainingOneof() != null) {
            return null;
        }
        if (field.hasPresence()) {
            return isRequired(rules) ? "must be there" : null;
        }
        return ValueRules.wrong(rules, field, WireValues.zero(field));
    }

    private static boolean isRequired(FieldRules rules) {
        return rules.getMessage().getRequired()
                || rules.getDuration().getRequired()
                || rules.getAny().getRequired()
                || rules.getTimestamp().getRequired();
    }

    /// Options of generated files are read before anybody knows their extensions.
    private static FieldRules rules(FieldDescriptor field) {
        if (field.getOptions().hasExtension(Validate.rules)) {
            return field.getOptions().getExtension(Validate.rules);
        }
        if (field.getOptions().getUnknownFields().asMap().isEmpty()) {
            return FieldRules.getDefaultInstance();
        }
        try {
            return com.google.protobuf.DescriptorProtos.FieldOptions.parseFrom(
                            field.getOptions().toByteString(), EXTENSIONS)
                    .getExtension(Validate.rules);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("the options of " + field.getFullName(), e);
        }
    }

    private static ExtensionRegistry extensions() {
        ExtensionRegistry registry = ExtensionRegistry.newInstance();
        Validate.registerAllExtensions(registry);
        return registry;
    }

    /// Protobuf's own messages have no rules.
    static boolean isEnvoys(Descriptor type) {
        return !type.getFullName().startsWith("google.protobuf.");
    }

    int count() {
        return all.size();
    }

    /// Null: there is nothing to check about this field.
    @Nullable OfField find(int number) {
        return byNumber.get(number);
    }
}
