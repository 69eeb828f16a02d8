package io.meltemi.proxy.http;

import io.meltemi.proxy.http.HttpSettings.PathRules;
import io.meltemi.proxy.http.HttpSettings.PathRules.EscapedSlashes;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Makes paths uniform before anything is decided by them (RFC 3986 §6). Immutable: pure functions.
final class PathNormalization {
    private PathNormalization() {}

    /// What becomes of the request.
    enum Verdict {
        CONTINUE,
        REJECT,
        /// The client shall ask for the path that is in the request now.
        REDIRECT
    }

    /// Whether there is anything to do, for nearly every request the answer.
    static boolean isNeeded(String path, PathRules rules) {
        return rules.normalize()
                || rules.mergeSlashes()
                || rules.escapedSlashes() != EscapedSlashes.KEEP_UNCHANGED
                || path.indexOf('#') >= 0;
    }

    /// Puts the path into the request as matchers shall see it.
    static Verdict normalize(HeaderMap request, String pathAndQuery, PathRules rules) {
        if (pathAndQuery.indexOf('#') >= 0) {
            // Envoy: fragments stay with the client; one that is sent is an attempt to confuse.
            return Verdict.REJECT;
        }
        int query = pathAndQuery.indexOf('?');
        int end = query < 0 ? pathAndQuery.length() : query;
        String path = pathAndQuery.substring(0, end);
        Verdict verdict = Verdict.CONTINUE;
        if (rules.escapedSlashes() != EscapedSlashes.KEEP_UNCHANGED && hasEscapedSlash(path)) {
            path = unescapeSlashes(path);
            verdict = verdict(rules.escapedSlashes());
        }
        if (verdict != Verdict.REJECT && rules.normalize() && needsNormalizing(path)) {
            if (path.contains("%00")) {
                // Envoy: for some readers the path ends there.
                return Verdict.REJECT;
            }
            String plain = removeDots(decodeUnreserved(withoutParametersOfDots(path)));
            if (plain == null) {
                return Verdict.REJECT;
            }
            path = plain;
        }
        if (verdict != Verdict.REJECT && rules.mergeSlashes() && path.contains("//")) {
            path = mergeSlashes(path);
        }
        String normal = query < 0 ? path : path + pathAndQuery.substring(end);
        if (!normal.equals(pathAndQuery)) {
            request.set(HeaderNames.PATH, normal);
        }
        return verdict;
    }

    private static Verdict verdict(EscapedSlashes rule) {
        return switch (rule) {
            case REJECT_REQUEST -> Verdict.REJECT;
            case UNESCAPE_AND_REDIRECT -> Verdict.REDIRECT;
            case UNESCAPE_AND_FORWARD, KEEP_UNCHANGED -> Verdict.CONTINUE;
        };
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

    /// `/a/..;x/b` is `/b` for servers that take parameters away before they look for dots, and so
    /// it is for Envoy, as long as the dots are not escaped.
    private static String withoutParametersOfDots(String path) {
        if (!path.contains("/.;") && !path.contains("/..;")) {
            return path;
        }
        StringBuilder out = new StringBuilder(path.length());
        for (String segment : path.split("/", -1)) {
            boolean isOfDots = segment.startsWith(".;") || segment.startsWith("..;");
            out.append(isOfDots ? segment.substring(0, segment.indexOf(';')) : segment);
            out.append('/');
        }
        return out.substring(0, out.length() - 1);
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
