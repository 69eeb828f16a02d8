package io.meltemi.proxy.decide.match;

import io.meltemi.proxy.http.HeaderMap;
import org.jspecify.annotations.Nullable;

/// Reads `cookie` headers. Immutable: pure functions.
public final class Cookies {
    private Cookies() {}

    /// The first value of a cookie without its quotes, or null.
    public static @Nullable String value(HeaderMap request, String name) {
        for (int i = request.indexOf("cookie", 0); i >= 0; i = request.indexOf("cookie", i + 1)) {
            String value = value(request.value(i), name);
            if (value != null) {
                return value;
            }
        }
        return null;
    }

    private static @Nullable String value(String header, String name) {
        int at = 0;
        while (at < header.length()) {
            int end = header.indexOf(';', at);
            end = end < 0 ? header.length() : end;
            while (at < end && header.charAt(at) == ' ') {
                at++;
            }
            int equals = at + name.length();
            if (equals < end && header.charAt(equals) == '=' && header.startsWith(name, at)) {
                return unquoted(header.substring(equals + 1, end));
            }
            at = end + 1;
        }
        return null;
    }

    private static String unquoted(String value) {
        return value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"")
                ? value.substring(1, value.length() - 1)
                : value;
    }
}
