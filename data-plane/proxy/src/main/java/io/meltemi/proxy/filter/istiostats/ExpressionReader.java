package io.meltemi.proxy.filter.istiostats;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads texts and paths of names. Confined to one thread.
final class ExpressionReader {
    private final String text;
    private int at;

    ExpressionReader(String text) {
        this.text = text;
        space();
    }

    boolean isEmpty() {
        return at == text.length();
    }

    /// Whether this comes next; it is passed then.
    boolean takes(char expected) {
        if (at < text.length() && text.charAt(at) == expected) {
            at++;
            space();
            return true;
        }
        return false;
    }

    /// A text in single or double quotes; null when none comes next. Escapes are not read.
    @Nullable String quoted() {
        if (isEmpty() || (text.charAt(at) != '\'' && text.charAt(at) != '"')) {
            return null;
        }
        int end = text.indexOf(text.charAt(at), at + 1);
        if (end < 0 || text.substring(at, end).indexOf('\\') >= 0) {
            return null;
        }
        String found = text.substring(at + 1, end);
        at = end + 1;
        space();
        return found;
    }

    /// `a.b['c']` as its three names; empty when no such path comes next.
    List<String> path() {
        List<String> names = new ArrayList<>();
        String first = name();
        if (first.isEmpty()) {
            return names;
        }
        names.add(first);
        while (true) {
            if (takes('.')) {
                String next = name();
                if (next.isEmpty()) {
                    return List.of();
                }
                names.add(next);
            } else if (takes('[')) {
                String key = quoted();
                if (key == null || !takes(']')) {
                    return List.of();
                }
                names.add(key);
            } else {
                return names;
            }
        }
    }

    private String name() {
        int begin = at;
        while (at < text.length()
                && (Character.isLetterOrDigit(text.charAt(at)) || text.charAt(at) == '_')) {
            at++;
        }
        String found = text.substring(begin, at);
        space();
        return found;
    }

    private void space() {
        while (at < text.length() && text.charAt(at) == ' ') {
            at++;
        }
    }
}
