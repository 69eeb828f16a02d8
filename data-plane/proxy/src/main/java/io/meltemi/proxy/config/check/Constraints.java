package io.meltemi.proxy.config.check;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.ExtensionRegistry;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.envoyproxy.pgv.validate.Validate;
import io.envoyproxy.pgv.validate.Validate.FieldRules;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What Envoy's own protocol files demand of each field (`validate.rules`): lengths, ranges,
/// patterns, what must be there. Immutable.
///
/// Rules are read once, for all messages that can stand in one of a kind; of a message in an `Any`
/// nothing is known.
public final class Constraints {
    private final Map<String, OfMessage> byMessage;

    private Constraints(Map<String, OfMessage> byMessage) {
        this.byMessage = byMessage;
    }

    /// The rules of one type of message. Immutable.
    private record OfMessage(List<Rule> rules, List<OneofDescriptor> required) {}

    private record Rule(FieldDescriptor field, FieldRules rules) {}

    /// The rules of everything that can stand in messages of this type.
    public static Constraints of(Descriptor root) {
        ExtensionRegistry registry = ExtensionRegistry.newInstance();
        Validate.registerAllExtensions(registry);
        Map<String, OfMessage> all = new HashMap<>();
        add(root, registry, all);
        return new Constraints(Map.copyOf(all));
    }

    private static void add(
            Descriptor message, ExtensionRegistry registry, Map<String, OfMessage> all) {
        if (all.containsKey(message.getFullName())
                || message.getFullName().startsWith("google.protobuf.")) {
            return;
        }
        List<Rule> rules = new ArrayList<>();
        List<OneofDescriptor> required = new ArrayList<>();
        all.put(message.getFullName(), new OfMessage(rules, required));
        for (FieldDescriptor field : message.getFields()) {
            rules.add(new Rule(field, rules(field, registry)));
            if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
                add(field.getMessageType(), registry, all);
            }
        }
        for (OneofDescriptor oneof : message.getRealOneofs()) {
            if (oneof.getOptions().getExtension(Validate.required)) {
                required.add(oneof);
            }
        }
    }

    /// Options of generated files are read before anybody knows their extensions.
    private static FieldRules rules(FieldDescriptor field, ExtensionRegistry registry) {
        if (field.getOptions().hasExtension(Validate.rules)) {
            return field.getOptions().getExtension(Validate.rules);
        }
        try {
            return com.google.protobuf.DescriptorProtos.FieldOptions.parseFrom(
                            field.getOptions().toByteString(), registry)
                    .getExtension(Validate.rules);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("the options of " + field.getFullName(), e);
        }
    }

    /// Refuses, at its place, what breaks a rule, but for places that are refused already.
    ///
    /// It is read from bytes once more, because reflection on generated messages costs a sidecar
    /// their builders for ever.
    ///
    /// @param type the message's own, one of those the rules were made for
    public void check(Message message, Descriptor type, ConfigPlace at) {
        try {
            check(DynamicMessage.parseFrom(type, message.toByteString()), type, at);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("a " + type.getFullName() + " is not one", e);
        }
    }

    private void check(DynamicMessage message, Descriptor type, ConfigPlace at) {
        OfMessage known = byMessage.get(type.getFullName());
        if (known == null) {
            return;
        }
        for (OneofDescriptor oneof : known.required) {
            if (!message.hasOneof(oneof)) {
                refuse(at, "must have one of " + oneof.getName());
            }
        }
        for (Rule rule : known.rules) {
            if (rule.field.isRepeated()) {
                repeated(rule, message, at);
            } else {
                single(rule, message, at);
            }
        }
    }

    private void single(Rule rule, DynamicMessage message, ConfigPlace at) {
        FieldDescriptor field = rule.field;
        if (field.hasPresence() && !message.hasField(field)) {
            boolean alone = field.getRealContainingOneof() == null;
            if (isMessage(field) && alone && isRequired(rule.rules)) {
                refuse(at.field(field.getName()), "must be there");
            }
            return;
        }
        ConfigPlace place = at.field(field.getName());
        if (!place.isRefused()) {
            value(rule.rules, field, message.getField(field), place);
        }
    }

    private static boolean isMessage(FieldDescriptor field) {
        return field.getJavaType() == FieldDescriptor.JavaType.MESSAGE;
    }

    private static boolean isRequired(FieldRules rules) {
        return rules.getMessage().getRequired()
                || rules.getDuration().getRequired()
                || rules.getAny().getRequired()
                || rules.getTimestamp().getRequired();
    }

    private void repeated(Rule rule, DynamicMessage message, ConfigPlace at) {
        FieldDescriptor field = rule.field;
        int size = message.getRepeatedFieldCount(field);
        Validate.RepeatedRules list = rule.rules.getRepeated();
        long least = field.isMapField() ? rule.rules.getMap().getMinPairs() : list.getMinItems();
        if (size < least) {
            refuse(at.field(field.getName()), "must have at least " + least);
        }
        if (list.hasMaxItems() && size > list.getMaxItems()) {
            refuse(at.field(field.getName()), "must have at most " + list.getMaxItems());
        }
        for (int i = 0; i < size; i++) {
            Object value = message.getRepeatedField(field, i);
            if (!field.isMapField()) {
                value(list.getItems(), field, value, at.element(field.getName(), i));
            } else if (value instanceof DynamicMessage entry) {
                FieldDescriptor key = field.getMessageType().findFieldByNumber(1);
                FieldDescriptor of = field.getMessageType().findFieldByNumber(2);
                ConfigPlace place = at.entry(field.getName(), String.valueOf(entry.getField(key)));
                value(rule.rules.getMap().getValues(), of, entry.getField(of), place);
            }
        }
    }

    /// One value that is there.
    private void value(FieldRules rules, FieldDescriptor field, Object value, ConfigPlace at) {
        String wrong =
                switch (value) {
                    case String text -> TextRules.wrong(rules.getString(), text);
                    case DynamicMessage message -> {
                        Object inner = NumberRules.unwrapped(message, field.getMessageType());
                        if (inner != null) {
                            yield inner instanceof String text
                                    ? TextRules.wrong(rules.getString(), text)
                                    : NumberRules.wrong(rules, inner);
                        }
                        if (!rules.getMessage().getSkip()) {
                            check(message, field.getMessageType(), at);
                        }
                        yield null;
                    }
                    case EnumValueDescriptor chosen -> enumeration(rules.getEnum(), chosen);
                    default -> NumberRules.wrong(rules, value);
                };
        if (wrong != null) {
            refuse(at, wrong);
        }
    }

    private static @Nullable String enumeration(
            Validate.EnumRules rules, EnumValueDescriptor chosen) {
        boolean unknown = chosen.getType().findValueByNumber(chosen.getNumber()) == null;
        if (rules.getDefinedOnly() && unknown) {
            return chosen.getNumber() + " is no value of " + chosen.getType().getName();
        }
        return rules.getNotInList().contains(chosen.getNumber())
                ? chosen.getName() + " is not taken"
                : null;
    }

    private static void refuse(ConfigPlace at, String reason) {
        if (!at.isRefused()) {
            at.refuse(reason);
        }
    }
}
