package io.meltemi.proxy.config.check;

import com.google.protobuf.Descriptors.FieldDescriptor;
import io.envoyproxy.pgv.validate.Validate.EnumRules;
import io.envoyproxy.pgv.validate.Validate.FieldRules;
import org.jspecify.annotations.Nullable;

/// `validate.rules` of one value that is there. Immutable: pure functions.
final class ValueRules {
    private ValueRules() {}

    /// What the value breaks, or null.
    ///
    /// @param value as [WireValues] reads it
    static @Nullable String wrong(FieldRules rules, FieldDescriptor field, Object value) {
        return switch (value) {
            case String text -> TextRules.wrong(rules.getString(), text);
            case Integer number -> enumeration(rules.getEnum(), field, number);
            case Double seconds when seconds < 0 && isDuration(field) -> "must not be below 0";
            default -> NumberRules.wrong(rules, value);
        };
    }

    /// Envoy: no time is below nothing, whether a rule says so or not.
    static boolean isDuration(FieldDescriptor field) {
        return field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
                && field.getMessageType().getFullName().equals("google.protobuf.Duration");
    }

    private static @Nullable String enumeration(
            EnumRules rules, FieldDescriptor field, int number) {
        var chosen = field.getEnumType().findValueByNumber(number);
        if (chosen == null) {
            return rules.getDefinedOnly()
                    ? number + " is no value of " + field.getEnumType().getName()
                    : null;
        }
        return rules.getNotInList().contains(number) ? chosen.getName() + " is not taken" : null;
    }
}
