package io.meltemi.proxy.observe.accesslog;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Reads a format string into literals and values. Immutable.
final class FormatParser {
    private final String format;
    private final Operators operators;
    private final List<Object> segments = new ArrayList<>();
    private final StringBuilder literal = new StringBuilder();
    private int at;

    private FormatParser(String format, Operators operators) {
        this.format = format;
        this.operators = operators;
    }

    /// Segments in order: `byte[]` for a literal, [Value] for an operator.
    ///
    /// @throws IllegalArgumentException naming position, operator and reason
    static List<Object> parse(String format, Operators operators) {
        return new FormatParser(format, operators).segments();
    }

    private List<Object> segments() {
        while (at < format.length()) {
            char c = format.charAt(at);
            if (c != '%') {
                literal.append(c);
                at++;
            } else if (format.startsWith("%%", at)) {
                literal.append('%');
                at += 2;
            } else {
                flush();
                segments.add(operator());
            }
        }
        flush();
        return segments;
    }

    private void flush() {
        if (!literal.isEmpty()) {
            segments.add(literal.toString().getBytes(StandardCharsets.UTF_8));
            literal.setLength(0);
        }
    }

    private Value operator() {
        int start = at++;
        int nameEnd = at;
        while (nameEnd < format.length() && isNameCharacter(format.charAt(nameEnd))) {
            nameEnd++;
        }
        String name = format.substring(at, nameEnd);
        if (name.isEmpty()) {
            throw wrong(start, "a command operator (%NAME%) or %% is expected");
        }
        String argument = null;
        at = nameEnd;
        if (at < format.length() && format.charAt(at) == '(') {
            int close = closing(start, at + 1);
            argument = format.substring(at + 1, close);
            at = close + 1;
        }
        int limit = limit(start);
        if (at >= format.length() || format.charAt(at) != '%') {
            throw wrong(start, "%" + name + " has no closing %");
        }
        at++;
        try {
            return operators.create(name, argument, limit);
        } catch (IllegalArgumentException e) {
            throw wrong(start, String.valueOf(e.getMessage()));
        }
    }

    /// The bracket that ends the argument: the first with `%` or `:N%` behind it, because a time
    /// format holds per cent signs and a header name may hold brackets.
    private int closing(int start, int from) {
        for (int i = format.indexOf(')', from); i >= 0; i = format.indexOf(')', i + 1)) {
            int next = i + 1;
            if (next < format.length() && format.charAt(next) == ':') {
                next++;
                while (next < format.length() && Character.isDigit(format.charAt(next))) {
                    next++;
                }
            }
            if (next < format.length() && format.charAt(next) == '%') {
                return i;
            }
        }
        throw wrong(start, "the bracket is not closed by )%");
    }

    private int limit(int start) {
        if (at >= format.length() || format.charAt(at) != ':') {
            return -1;
        }
        int end = ++at;
        while (end < format.length() && Character.isDigit(format.charAt(end))) {
            end++;
        }
        if (end == at || end - at > 9) {
            throw wrong(start, "a length between 0 and 999999999 is expected after the colon");
        }
        int limit = Integer.parseInt(format.substring(at, end));
        at = end;
        return limit;
    }

    private static boolean isNameCharacter(char c) {
        return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    }

    private IllegalArgumentException wrong(int position, String reason) {
        return new IllegalArgumentException(
                "access log format at position " + position + ": " + reason);
    }
}
