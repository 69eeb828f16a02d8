package io.meltemi.proxy.http;

import io.meltemi.proxy.http.HttpSettings.PathRules;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Makes paths uniform before anything is decided by them (RFC 3986 §6). Immutable: pure functions.
final class PathNormalization {
    private PathNormalization() {}

    /// The path as matchers shall see it; null when the request must be refused.
    static @Nullable String normalize(String pathAndQuery, PathRules rules) {
        int end = pathAndQuery.length();
        for (int i = 0; i < end; i++) {
            char c = pathAndQuery.charAt(i);
            if (c == '?' || c == '#') {
                end = i;
            }
        }
        String path = pathAndQuery.substring(0, end);
        if (rules.escapedSlashes() != PathRules.EscapedSlashes.KEEP_UNCHANGED
                && hasEscapedSlash(path)) {
            if (rules.escapedSlashes() == PathRules.EscapedSlashes.REJECT_REQUEST) {
                return null;
            }
            path = unescapeSlashes(path);
        }
        if (rules.normalize() && needsNormalizing(path)) {
            path = removeDots(decodeUnreserved(path));
            if (path == null) {
                return null;
            }
        }
        if (rules.mergeSlashes() && path.contains("//")) {
            path = mergeSlashes(path);
        }
        return end == pathAndQuery.length() ? path : path + pathAndQuery.substring(end);
    }

    private static boolean hasEscapedSlash(String path) {
        for (int i = path.indexOf('%'); i >= 0; i = path.indexOf('%', i + 1)) {
            if (isEscapedSlash(path, i)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isEscapedSlash(String path, int at) {
        return path.regionMatches(true, at, "%2F", 0, 3)
                || path.regionMatches(true, at, "%5C", 0, 3);
    }

    private static String unescapeSlashes(String path) {
        StringBuilder out = new StringBuilder(path.length());
        for (int i = 0; i < path.length(); i++) {
            if (path.charAt(i) == '%' && isEscapedSlash(path, i)) {
                out.append(path.regionMatches(true, i, "%2F", 0, 3) ? '/' : '\\');
                i += 2;
            } else {
                out.append(path.charAt(i));
            }
        }
        return out.toString();
    }

    private static boolean needsNormalizing(String path) {
        return path.indexOf('%') >= 0 || path.contains("/.") || path.indexOf('\\') >= 0;
    }

    /// Letters, digits, `-._~` need no escape, so that an escaped one means the same.
    private static String decodeUnreserved(String path) {
        StringBuilder out = new StringBuilder(path.length());
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            int decoded = c == '%' && i + 2 < path.length() ? hex(path, i + 1) : -1;
            if (decoded >= 0 && isUnreserved((char) decoded)) {
                out.append((char) decoded);
                i += 2;
            } else {
                out.append(c == '\\' ? '/' : c);
            }
        }
        return out.toString();
    }

    private static int hex(String text, int at) {
        int high = Character.digit(text.charAt(at), 16);
        int low = Character.digit(text.charAt(at + 1), 16);
        return high < 0 || low < 0 ? -1 : high * 16 + low;
    }

    private static boolean isUnreserved(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || "-._~".indexOf(c) >= 0;
    }

    private static @Nullable String removeDots(String path) {
        List<String> kept = new ArrayList<>();
        String[] segments = path.split("/", -1);
        for (int i = 1; i < segments.length; i++) {
            boolean last = i == segments.length - 1;
            switch (segments[i]) {
                case "." -> {
                    if (last) {
                        kept.add("");
                    }
                }
                case ".." -> {
                    if (!kept.isEmpty()) {
                        kept.removeLast();
                    }
                    if (last) {
                        kept.add("");
                    }
                }
                default -> kept.add(segments[i]);
            }
        }
        return path.startsWith("/") ? "/" + String.join("/", kept) : null;
    }

    private static String mergeSlashes(String path) {
        StringBuilder out = new StringBuilder(path.length());
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c != '/' || out.isEmpty() || out.charAt(out.length() - 1) != '/') {
                out.append(c);
            }
        }
        return out.toString();
    }
}
