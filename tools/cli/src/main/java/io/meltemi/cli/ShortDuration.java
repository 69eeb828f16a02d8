package io.meltemi.cli;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Times as people type them: `500ms`, `30s`, `2m`. Immutable.
final class ShortDuration {
    private static final Pattern FORM = Pattern.compile("([0-9]{1,6})(ms|s|m)");

    private ShortDuration() {}

    /// @throws IllegalArgumentException naming the option and what is allowed
    static Duration parse(String option, String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new IllegalArgumentException(
                    "%s '%s' is no time such as 500ms, 30s or 2m".formatted(option, text));
        }
        long amount = Long.parseLong(form.group(1));
        return switch (form.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            default -> Duration.ofMinutes(amount);
        };
    }
}
