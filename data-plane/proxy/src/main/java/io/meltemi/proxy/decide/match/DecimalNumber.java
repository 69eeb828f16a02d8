package io.meltemi.proxy.decide.match;

import org.jspecify.annotations.Nullable;

/// A number as it stands in a header. Immutable: pure functions.
public final class DecimalNumber {
    private DecimalNumber() {}

    /// A decimal number of at most nine digits, or -1.
    public static int of(@Nullable String text) {
        if (text == null || text.isEmpty() || text.length() > 9) {
            return -1;
        }
        int number = 0;
        for (int i = 0; i < text.length(); i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            number = number * 10 + digit;
        }
        return number;
    }
}
