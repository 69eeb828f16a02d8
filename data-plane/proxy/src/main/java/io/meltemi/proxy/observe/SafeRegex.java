package io.meltemi.proxy.observe;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;

/// Compiles expressions of the configuration. Immutable.
public final class SafeRegex {
    private SafeRegex() {}

    /// @param field the path of the field, for the message
    /// @throws IllegalArgumentException naming field and fault when the expression is not valid
    public static Pattern compile(String regex, String field) {
        try {
            return Pattern.compile(regex);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(
                    field + ": '" + regex + "' is not a valid expression: " + e.getMessage(), e);
        }
    }
}
