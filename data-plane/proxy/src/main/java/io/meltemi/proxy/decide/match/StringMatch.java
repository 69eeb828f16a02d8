package io.meltemi.proxy.decide.match;

import com.google.re2j.Pattern;

/// Envoy's `StringMatcher`, compiled. Immutable.
///
/// Without case means ASCII letters, as in Envoy.
public sealed interface StringMatch {
    boolean matches(String value);

    record Exact(String value, boolean ignoreCase) implements StringMatch {
        @Override
        public boolean matches(String text) {
            return text.length() == value.length()
                    && AsciiCase.regionMatches(ignoreCase, text, 0, value, value.length());
        }
    }

    record Prefix(String value, boolean ignoreCase) implements StringMatch {
        @Override
        public boolean matches(String text) {
            return AsciiCase.regionMatches(ignoreCase, text, 0, value, value.length());
        }
    }

    record Suffix(String value, boolean ignoreCase) implements StringMatch {
        @Override
        public boolean matches(String text) {
            int start = text.length() - value.length();
            return start >= 0
                    && AsciiCase.regionMatches(ignoreCase, text, start, value, value.length());
        }
    }

    record Contains(String value, boolean ignoreCase) implements StringMatch {
        @Override
        public boolean matches(String text) {
            if (!ignoreCase) {
                return text.contains(value);
            }
            int last = text.length() - value.length();
            for (int i = 0; i <= last; i++) {
                if (AsciiCase.regionMatches(true, text, i, value, value.length())) {
                    return true;
                }
            }
            return false;
        }
    }

    /// The whole text must match (RE2 full match); the pattern carries its own flags.
    record Regex(Pattern pattern) implements StringMatch {
        @Override
        public boolean matches(String text) {
            return pattern.matches(text);
        }
    }
}
