package io.meltemi.proxy.decide.match;

import com.google.re2j.Pattern;
import org.jspecify.annotations.Nullable;

/// How a route looks at the path, compiled. Immutable.
///
/// What is looked at ends before `?` and `#`; text is cut off only for expressions.
public sealed interface PathMatch {
    /// @param path the whole of `:path`
    /// @param end where its query or fragment begins
    boolean matches(String path, int end);

    /// Where a request without a path ends: a CONNECT has none, and only [Connect] takes it.
    int NO_PATH = -1;

    /// How much of the path a prefix rewrite replaces: what matched.
    int matchedLength(int end);

    /// The one path that matches, by every letter; null when others may.
    default @Nullable String exactText() {
        return null;
    }

    /// What every path that matches begins with, by every letter; empty: nothing is known.
    default String prefixText() {
        return "";
    }

    record Prefix(String value, boolean ignoreCase) implements PathMatch {
        @Override
        public boolean matches(String path, int end) {
            return end >= value.length()
                    && AsciiCase.regionMatches(ignoreCase, path, 0, value, value.length());
        }

        @Override
        public int matchedLength(int end) {
            return value.length();
        }

        @Override
        public String prefixText() {
            return ignoreCase ? "" : value;
        }
    }

    record Exact(String value, boolean ignoreCase) implements PathMatch {
        @Override
        public boolean matches(String path, int end) {
            return end == value.length()
                    && AsciiCase.regionMatches(ignoreCase, path, 0, value, end);
        }

        @Override
        public int matchedLength(int end) {
            return end;
        }

        @Override
        public @Nullable String exactText() {
            return ignoreCase ? null : value;
        }
    }

    /// `/a` matches `/a` and `/a/b`, not `/ab`.
    record SeparatedPrefix(String value, boolean ignoreCase) implements PathMatch {
        @Override
        public boolean matches(String path, int end) {
            int length = value.length();
            return end >= length
                    && AsciiCase.regionMatches(ignoreCase, path, 0, value, length)
                    && (end == length || path.charAt(length) == '/');
        }

        @Override
        public int matchedLength(int end) {
            return value.length();
        }

        @Override
        public String prefixText() {
            return ignoreCase ? "" : value;
        }
    }

    /// The whole path must match.
    record Regex(Pattern pattern) implements PathMatch {
        @Override
        public boolean matches(String path, int end) {
            return end >= 0
                    && pattern.matches(end == path.length() ? path : path.substring(0, end));
        }

        @Override
        public int matchedLength(int end) {
            return end;
        }

        @Override
        public String prefixText() {
            return literalPrefix(pattern.pattern());
        }
    }

    /// A template of segments.
    record Template(UriTemplate template) implements PathMatch {
        @Override
        public boolean matches(String path, int end) {
            return end >= 0
                    && template.pattern()
                            .matches(end == path.length() ? path : path.substring(0, end));
        }

        @Override
        public int matchedLength(int end) {
            return end;
        }

        @Override
        public String prefixText() {
            String literal = literalPrefix(template.pattern().pattern());
            int parameters = literal.indexOf(';');
            return parameters < 0 ? literal : literal.substring(0, parameters);
        }
    }

    /// The letters an expression begins with before anything of it has a meaning; empty where it
    /// has alternatives.
    private static String literalPrefix(String expression) {
        if (expression.indexOf('|') >= 0) {
            return "";
        }
        int end = 0;
        while (end < expression.length() && ".[](){}*+?^$\\".indexOf(expression.charAt(end)) < 0) {
            end++;
        }
        boolean repeats = end < expression.length() && "{*?".indexOf(expression.charAt(end)) >= 0;
        return expression.substring(0, repeats ? Math.max(0, end - 1) : end);
    }

    /// Any CONNECT that is not extended: its target is a host alone.
    record Connect() implements PathMatch {
        @Override
        public boolean matches(String path, int end) {
            return end == NO_PATH;
        }

        @Override
        public int matchedLength(int end) {
            return 0;
        }
    }

    /// Where the query or fragment of a path begins; its length without one.
    static int end(String path) {
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c == '?' || c == '#') {
                return i;
            }
        }
        return path.length();
    }
}
