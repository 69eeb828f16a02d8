package io.meltemi.proxy.config.check;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.MapEntry;
import com.google.protobuf.Message;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Which fields of which messages this proxy obeys. Immutable.
///
/// A field that is set and not listed changes what the sender believes will happen, so it is
/// refused by name instead of being ignored; so is a field this build does not know at all.
/// Messages of types not listed are leaves: whoever compiles them looks at them.
public final class SupportedFields {
    private final Map<String, Set<String>> byMessage;

    private SupportedFields(Map<String, Set<String>> byMessage) {
        this.byMessage = byMessage;
    }

    public static Builder builder() {
        return new Builder();
    }

    /// Refuses, at its place, every set field that is not listed.
    public void check(Message message, ConfigPlace at) {
        message.getUnknownFields()
                .asMap()
                .keySet()
                .forEach(number ->
                        at.refuse(
                                "field number "
                                        + number
                                        + " of "
                                        + message.getDescriptorForType().getFullName()
                                        + " is unknown to this proxy"));
        Set<String> supported = byMessage.get(message.getDescriptorForType().getFullName());
        if (supported == null) {
            return;
        }
        message.getAllFields()
                .forEach((field, value) -> {
                    if (supported.contains(field.getName())) {
                        descend(field, value, at);
                    } else {
                        at.field(field.getName()).refuse("is not supported");
                    }
                });
    }

    private void descend(FieldDescriptor field, Object value, ConfigPlace at) {
        if (field.getJavaType() != FieldDescriptor.JavaType.MESSAGE) {
            return;
        }
        if (!field.isRepeated()) {
            check((Message) value, at.field(field.getName()));
            return;
        }
        List<?> values = (List<?>) value;
        for (int i = 0; i < values.size(); i++) {
            if (values.get(i) instanceof MapEntry<?, ?> entry) {
                if (entry.getValue() instanceof Message message) {
                    check(message, at.entry(field.getName(), String.valueOf(entry.getKey())));
                }
            } else {
                check((Message) values.get(i), at.element(field.getName(), i));
            }
        }
    }

    /// Collects the lists. Confined to one thread.
    public static final class Builder {
        private final Map<String, Set<String>> byMessage = new HashMap<>();

        private Builder() {}

        /// These fields have the effect Envoy gives them.
        ///
        /// @param fields names separated by spaces; empty: every field that is set is refused
        public Builder supports(Descriptor message, String fields) {
            return add(message, fields);
        }

        /// These fields are accepted and have no effect on behaviour here.
        public Builder ignores(Descriptor message, String fields) {
            return add(message, fields);
        }

        /// Takes over what another list says.
        public Builder include(SupportedFields other) {
            other.byMessage.forEach((name, fields) ->
                    byMessage.computeIfAbsent(name, _ -> new HashSet<>()).addAll(fields));
            return this;
        }

        private Builder add(Descriptor message, String fields) {
            Set<String> names =
                    byMessage.computeIfAbsent(message.getFullName(), _ -> new HashSet<>());
            for (String name : fields.isEmpty() ? new String[0] : fields.split(" ", -1)) {
                if (message.findFieldByName(name) == null) {
                    throw new IllegalStateException(
                            message.getFullName() + " has no field '" + name + "'");
                }
                names.add(name);
            }
            return this;
        }

        public SupportedFields build() {
            Map<String, Set<String>> copy = new HashMap<>();
            byMessage.forEach((name, fields) -> copy.put(name, Set.copyOf(fields)));
            return new SupportedFields(Map.copyOf(copy));
        }
    }
}
