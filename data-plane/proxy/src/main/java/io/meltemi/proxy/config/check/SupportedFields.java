package io.meltemi.proxy.config.check;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
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

    /// Refuses, at its place, every set field that is not listed, and what [Constraints] refuses.
    public void check(Message message, ConfigPlace at) {
        SetFields fields = SetFields.of(message);
        check(fields, at);
        Constraints.check(fields.type(), fields.bytes(), at);
    }

    /// The same for a message whose rules nobody applies.
    public void checkWithoutRules(Message message, ConfigPlace at) {
        check(SetFields.of(message), at);
    }

    private void check(SetFields message, ConfigPlace at) {
        String type = message.type().getFullName();
        for (int number : message.unknown()) {
            at.refuse("field number " + number + " of " + type + " is unknown to this proxy");
        }
        Set<String> supported = byMessage.get(type);
        if (supported == null) {
            return;
        }
        message.forEach((field, parts) -> {
            if (supported.contains(field.getName())) {
                descend(field, parts, at);
            } else {
                at.field(field.getName()).refuse("is not supported");
            }
        });
    }

    /// Whether a field is listed, with a meaning or without.
    public boolean takes(FieldDescriptor field) {
        Set<String> supported = byMessage.get(field.getContainingType().getFullName());
        return supported != null && supported.contains(field.getName());
    }

    private void descend(FieldDescriptor field, List<SetFields> parts, ConfigPlace at) {
        for (int i = 0; i < parts.size(); i++) {
            if (field.isMapField()) {
                if (hasMessages(field)) {
                    check(
                            parts.get(i).mapValue(),
                            at.entry(field.getName(), parts.get(i).mapKey()));
                }
            } else {
                check(parts.get(i), at.part(field, i));
            }
        }
    }

    private static boolean hasMessages(FieldDescriptor map) {
        return map.getMessageType().findFieldByName("value").getJavaType()
                == FieldDescriptor.JavaType.MESSAGE;
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
