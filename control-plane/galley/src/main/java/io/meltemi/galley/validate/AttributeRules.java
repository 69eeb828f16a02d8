package io.meltemi.galley.validate;

import com.google.re2j.Pattern;
import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.galley.finding.Findings;
import io.meltemi.model.config.AuthorizationPolicy.Values;
import java.util.List;
import java.util.function.BiConsumer;

/// What attributes of a policy may be compared with. Immutable.
///
/// @param path of the object that has the fields
record AttributeRules(FieldPath path, Findings findings) {
    private static final Pattern PORT = Pattern.compile("[0-9]{1,5}");
    private static final int HIGHEST_PORT = 65535;

    private void each(Values values, String any, String none, BiConsumer<String, FieldPath> rule) {
        each(values.any(), path.field(any), rule);
        each(values.none(), path.field(none), rule);
    }

    private void each(List<String> values, FieldPath at, BiConsumer<String, FieldPath> rule) {
        for (int i = 0; i < values.size(); i++) {
            String value = values.get(i);
            if (value.isEmpty()) {
                findings.judge(Code.SCHEMA, at.item(i), "empty value not allowed");
            } else {
                rule.accept(value, at.item(i));
            }
        }
    }

    /// Exact, `prefix*`, `*suffix` or `*`.
    void texts(Values values, String any, String none) {
        each(values, any, none, this::text);
    }

    private void text(String value, FieldPath at) {
        int star = value.indexOf('*', 1);
        boolean isTemplate = value.contains("{*");
        if (star > 0 && !isTemplate && (star < value.length() - 1 || value.startsWith("*"))) {
            findings.judge(
                    Code.WITHOUT_EFFECT,
                    at,
                    "'%s': a '*' stands for anything only at the beginning or at the end"
                            .formatted(value));
        }
    }

    /// Texts as well.
    void principals(Values values, String any, String none) {
        each(
                values,
                any,
                none,
                (value, at) -> {
                    text(value, at);
                    if (value.startsWith("spiffe://")) {
                        findings.judge(
                                Code.WITHOUT_EFFECT,
                                at,
                                "'%s' never matches: principals are written without 'spiffe://'"
                                        .formatted(value));
                    }
                });
    }

    void serviceAccounts(Values values, String any, String none) {
        each(
                values,
                any,
                none,
                (value, at) -> {
                    long slashes = value.chars().filter(c -> c == '/').count();
                    boolean hasEmptyPart = value.startsWith("/") || value.endsWith("/");
                    if (value.contains("*") || slashes > 1 || hasEmptyPart) {
                        findings.judge(
                                Code.SCHEMA,
                                at,
                                "service account '%s' is not valid: expected NAME or NAMESPACE/NAME, without wildcards"
                                        .formatted(value));
                    }
                });
    }

    void addresses(Values values, String any, String none) {
        each(values, any, none, (value, at) -> HostRules.subnet(value, at, findings));
    }

    void ports(Values values, String any, String none) {
        each(
                values,
                any,
                none,
                (value, at) -> {
                    if (!PORT.matches(value)
                            || Integer.parseInt(value) < 1
                            || Integer.parseInt(value) > HIGHEST_PORT) {
                        findings.judge(
                                Code.SCHEMA, at, "'%s' is not a port number".formatted(value));
                    }
                });
    }
}
