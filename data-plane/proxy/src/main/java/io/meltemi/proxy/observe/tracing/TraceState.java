package io.meltemi.proxy.observe.tracing;

import io.meltemi.proxy.http.HeaderMap;
import org.jspecify.annotations.Nullable;

/// Reads `tracestate`: the list of all its headers, or nothing when one member is not valid (W3C
/// §3.3). Immutable.
final class TraceState {
    private TraceState() {}

    /// @return the members joined by commas, null when there are none or the list is not valid
    static @Nullable String read(HeaderMap headers, int maxMembers) {
        int index = headers.indexOf(TraceContext.TRACESTATE, 0);
        if (index < 0) {
            return null;
        }
        StringBuilder all = new StringBuilder();
        int members = 0;
        while (index >= 0) {
            for (String member : headers.value(index).split(",", -1)) {
                String trimmed = trim(member);
                if (trimmed.isEmpty()) {
                    continue; // empty members are allowed and dropped
                }
                if (!isMember(trimmed) || ++members > maxMembers) {
                    return null;
                }
                all.append(all.isEmpty() ? "" : ",").append(trimmed);
            }
            index = headers.indexOf(TraceContext.TRACESTATE, index + 1);
        }
        return all.isEmpty() ? null : all.toString();
    }

    /// OWS is spaces and tabs.
    private static String trim(String member) {
        int from = 0;
        int to = member.length();
        while (from < to && isOws(member.charAt(from))) {
            from++;
        }
        while (to > from && isOws(member.charAt(to - 1))) {
            to--;
        }
        return member.substring(from, to);
    }

    private static boolean isOws(char c) {
        return c == ' ' || c == '\t';
    }

    private static boolean isMember(String member) {
        int equals = member.indexOf('=');
        return equals > 0 && isKey(member.substring(0, equals)) && isValue(member, equals + 1);
    }

    /// Level 1 wants a letter first, level 2 takes a digit too; a tenant is at most 241 characters
    /// and its system at most 14.
    private static boolean isKey(String key) {
        int at = key.indexOf('@');
        if (at < 0) {
            return isIdentifier(key, 0, key.length(), 256);
        }
        return isIdentifier(key, 0, at, 241) && isIdentifier(key, at + 1, key.length(), 14);
    }

    private static boolean isIdentifier(String key, int from, int to, int max) {
        if (to <= from || to - from > max || !isLowerOrDigit(key.charAt(from))) {
            return false;
        }
        for (int i = from + 1; i < to; i++) {
            char c = key.charAt(i);
            if (!isLowerOrDigit(c) && c != '_' && c != '-' && c != '*' && c != '/') {
                return false;
            }
        }
        return true;
    }

    private static boolean isLowerOrDigit(char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    }

    /// Printable ASCII without comma and equals sign; the end, which is trimmed, is no space.
    private static boolean isValue(String member, int from) {
        if (member.length() - from > 256 || member.length() == from) {
            return false;
        }
        for (int i = from; i < member.length(); i++) {
            char c = member.charAt(i);
            if (c < 0x20 || c > 0x7e || c == '=') {
                return false;
            }
        }
        return true;
    }
}
