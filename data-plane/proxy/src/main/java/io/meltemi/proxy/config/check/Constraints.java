package io.meltemi.proxy.config.check;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.WireFormat;
import io.envoyproxy.pgv.validate.Validate.FieldRules;
import io.meltemi.xds.message.MessageType;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Holds a message against what Envoy's own protocol files demand of each field (`validate.rules`):
/// lengths, ranges, patterns, what must be there. Confined to one message.
///
/// It reads the message's bytes once, because reflection on generated messages costs a sidecar
/// their builders for ever (docs/adr/0007). A message in an `Any` is checked by whoever opens it.
public final class Constraints {
    private final CodedInputStream in;

    private Constraints(ByteString bytes) {
        this.in = bytes.newCodedInput();
    }

    /// Refuses, at its place, what breaks a rule, but for places that are refused already.
    public static void check(Message message, ConfigPlace at) {
        check(MessageType.of(message).descriptor(), message.toByteString(), at);
    }

    static void check(Descriptor type, ByteString bytes, ConfigPlace at) {
        try {
            new Constraints(bytes).message(type, at);
        } catch (IOException e) {
            throw new IllegalStateException("a " + type.getFullName() + " is not one", e);
        }
    }

    /// What is wrong with a message that stands nowhere, by the paths in it.
    public static List<ConfigProblem> problems(Message message) {
        ConfigPlace root = ConfigPlace.root("");
        check(message, root);
        return root.problems();
    }

    /// A message that breaks no rule.
    ///
    /// @param at where it stands
    /// @throws IllegalArgumentException naming every field that breaks one
    public static <M extends Message> M checked(M message, String at) {
        List<ConfigProblem> problems = problems(message);
        if (problems.isEmpty()) {
            return message;
        }
        throw new IllegalArgumentException(
                problems.stream()
                        .map(ConfigProblem::toString)
                        .collect(Collectors.joining("; ", at + '.', "")));
    }

    private void message(Descriptor type, ConfigPlace at) throws IOException {
        TypeRules rules = TypeRules.of(type);
        Found found = new Found(rules.count());
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            TypeRules.OfField rule = rules.find(WireFormat.getTagFieldNumber(tag));
            if (rule == null || !SetFields.carries(rule.field(), WireFormat.getTagWireType(tag))) {
                in.skipField(tag);
            } else if (rule.field().isMapField()) {
                found.counts[rule.index()]++;
                entry(rule, at);
            } else {
                values(rule, found, tag, at);
            }
        }
        rules.all().forEach(rule -> count(rule, found.counts[rule.index()], at));
        for (OneofDescriptor oneof : rules.required()) {
            if (oneof.getFields().stream().allMatch(field -> isAbsent(rules, field, found))) {
                at.refuseByRule("must have one of " + oneof.getName());
            }
        }
    }

    private static boolean isAbsent(TypeRules rules, FieldDescriptor field, Found found) {
        TypeRules.OfField rule = rules.find(field.getNumber());
        return rule == null || found.counts[rule.index()] == 0;
    }

    /// What was met of each field with rules, in one message. Confined to one message.
    private static final class Found {
        private final int[] counts;
        private @Nullable Set<Object> once;

        private Found(int rules) {
            counts = new int[rules];
        }

        /// Whether an element of a list stands in it already.
        private boolean isRepeated(FieldDescriptor field, Object value) {
            if (once == null) {
                once = new HashSet<>();
            }
            return !once.add(List.of(field.getNumber(), value));
        }
    }

    /// Reads one value, or those that are packed together.
    private void values(TypeRules.OfField rule, Found found, int tag, ConfigPlace at)
            throws IOException {
        FieldDescriptor field = rule.field();
        boolean packed =
                field.isPackable()
                        && WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED;
        if (!packed) {
            value(rule, found, at);
            return;
        }
        int limit = in.pushLimit(in.readRawVarint32());
        while (!in.isAtEnd()) {
            value(rule, found, at);
        }
        in.popLimit(limit);
    }

    private void value(TypeRules.OfField rule, Found found, ConfigPlace at) throws IOException {
        FieldDescriptor field = rule.field();
        ConfigPlace place = at.part(field, found.counts[rule.index()]++);
        Object value = value(field.isRepeated() ? rule.items() : rule.rules(), field, place);
        if (rule.rules().getRepeated().getUnique() && found.isRepeated(field, value)) {
            place.refuseByRule("stands here twice");
        }
    }

    /// @return what was read; of a message that it was one
    private Object value(FieldRules rules, FieldDescriptor field, ConfigPlace at)
            throws IOException {
        Object value = field;
        String wrong;
        if (field.getJavaType() != FieldDescriptor.JavaType.MESSAGE) {
            value = WireValues.read(in, field);
            wrong = ValueRules.wrong(rules, field, value);
        } else {
            int limit = in.pushLimit(in.readRawVarint32());
            Descriptor type = field.getMessageType();
            Object inner = WireValues.unwrapped(in, type);
            wrong = inner == null ? null : ValueRules.wrong(rules, field, inner);
            if (TypeRules.isEnvoys(type) && !rules.getMessage().getSkip()) {
                message(type, at);
            }
            in.skipRawBytes(in.getBytesUntilLimit());
            in.popLimit(limit);
        }
        if (wrong != null) {
            at.refuseByRule(wrong);
        }
        return value;
    }

    private void entry(TypeRules.OfField rule, ConfigPlace at) throws IOException {
        int limit = in.pushLimit(in.readRawVarint32());
        FieldDescriptor keyField = rule.field().getMessageType().findFieldByNumber(1);
        FieldDescriptor valueField = rule.field().getMessageType().findFieldByNumber(2);
        Object key = "";
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (SetFields.isTagOf(keyField, tag)) {
                key = WireValues.read(in, keyField);
            } else if (SetFields.isTagOf(valueField, tag)) {
                var _ =
                        value(
                                rule.rules().getMap().getValues(),
                                valueField,
                                at.entry(rule.field().getName(), String.valueOf(key)));
            } else {
                in.skipField(tag);
            }
        }
        in.popLimit(limit);
        String wrong = ValueRules.wrong(rule.rules().getMap().getKeys(), keyField, key);
        if (wrong != null) {
            at.field(rule.field().getName()).refuseByRule("a key " + wrong);
        }
    }

    /// What a field breaks by being there too seldom or too often.
    private static void count(TypeRules.OfField rule, int found, ConfigPlace at) {
        FieldDescriptor field = rule.field();
        if (!field.isRepeated()) {
            if (found == 0 && rule.ifAbsent() != null) {
                at.field(field.getName()).refuseByRule(rule.ifAbsent());
            }
            return;
        }
        var list = rule.rules().getRepeated();
        long least = field.isMapField() ? rule.rules().getMap().getMinPairs() : list.getMinItems();
        if (found < least) {
            at.field(field.getName()).refuseByRule("must have at least " + least);
        }
        if (list.hasMaxItems() && found > list.getMaxItems()) {
            at.field(field.getName()).refuseByRule("must have at most " + list.getMaxItems());
        }
    }
}
