package io.meltemi.proxy.config.check;

import com.google.re2j.Pattern;
import io.envoyproxy.pgv.validate.Validate.KnownRegex;
import io.envoyproxy.pgv.validate.Validate.StringRules;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// `validate.rules` of texts. Immutable: pure functions.
final class TextRules {
    private static final Pattern HEADER_NAME = Pattern.compile("^:?[0-9a-zA-Z!#$%&'*+\\-.^_|~`]+$");
    private static final Pattern HEADER_VALUE =
            Pattern.compile("^[^\\x{0}-\\x{8}\\x{A}-\\x{1F}\\x{7F}]*$");
    private static final Pattern ONE_LINE = Pattern.compile("^[^\\x{0}\\x{A}\\x{D}]*$");

    private TextRules() {}

    /// What a text breaks, or null.
    static @Nullable String wrong(StringRules rules, String text) {
        if (rules.getIgnoreEmpty() && text.isEmpty()) {
            return null;
        }
        int length = text.codePointCount(0, text.length());
        if (length < rules.getMinLen()
                || (rules.hasMinBytes() && bytes(text) < rules.getMinBytes())) {
            return text.isEmpty() ? "must not be empty" : "'" + text + "' is too short";
        }
        if ((rules.hasMaxLen() && length > rules.getMaxLen())
                || (rules.hasMaxBytes() && bytes(text) > rules.getMaxBytes())) {
            return "is longer than "
                    + (rules.hasMaxLen() ? rules.getMaxLen() : rules.getMaxBytes())
                    + " letters";
        }
        if (!text.startsWith(rules.getPrefix())) {
            return "must begin with '" + rules.getPrefix() + "'";
        }
        if (!text.endsWith(rules.getSuffix())) {
            return "must end with '" + rules.getSuffix() + "'";
        }
        if (rules.getInCount() > 0 && !rules.getInList().contains(text)) {
            return "must be one of " + rules.getInList();
        }
        if (rules.hasPattern() && !Pattern.compile(rules.getPattern()).matcher(text).find()) {
            return "does not match '" + rules.getPattern() + "'";
        }
        return wellKnown(rules, text);
    }

    private static @Nullable String wellKnown(StringRules rules, String text) {
        boolean strict = !rules.hasStrict() || rules.getStrict();
        KnownRegex known = rules.getWellKnownRegex();
        if (known == KnownRegex.HTTP_HEADER_NAME) {
            boolean good = (strict ? HEADER_NAME : ONE_LINE).matches(text);
            return good ? null : "is no name of a header";
        }
        if (known == KnownRegex.HTTP_HEADER_VALUE) {
            return (strict ? HEADER_VALUE : ONE_LINE).matches(text)
                    ? null
                    : "is no value of a header";
        }
        return null;
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
