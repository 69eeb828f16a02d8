package io.meltemi.proxy.observe.accesslog;

import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.observe.ExchangeRecord;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The command operators that look into a request's path, and those that are the same for all
/// requests. Immutable.
final class RequestOperators {
    private static final String PATH = ":path";
    private static final String ORIGINAL_PATH = "x-envoy-original-path";

    private RequestOperators() {}

    /// `%PATH(WQ|NQ:ORIG|PATH|ORIG_OR_PATH)%`: with or without the query, of the request as it came
    /// or as it was rewritten.
    static Value path(@Nullable String argument) {
        String[] parts = (argument == null ? "" : argument).split(":", -1);
        boolean withQuery =
                switch (parts[0]) {
                    case "", "WQ" -> true;
                    case "NQ" -> false;
                    default -> throw wrong("PATH", argument, "WQ or NQ is expected first");
                };
        String which = parts.length < 2 ? "ORIG_OR_PATH" : parts[1];
        if (parts.length > 2) {
            throw wrong("PATH", argument, "two options are the most");
        }
        boolean original = !which.equals("PATH");
        boolean rewritten = !which.equals("ORIG");
        if (original && rewritten && !which.equals("ORIG_OR_PATH")) {
            throw wrong("PATH", argument, "ORIG, PATH or ORIG_OR_PATH is expected second");
        }
        return (record, out) -> {
            String path = original ? header(record, ORIGINAL_PATH) : null;
            if (path == null && rewritten) {
                path = header(record, PATH);
            }
            if (path == null) {
                return false;
            }
            int query = withQuery ? -1 : path.indexOf('?');
            out.header(query < 0 ? path : path.substring(0, query));
            return true;
        };
    }

    /// `%QUERY_PARAM(name)%`: the first parameter of this name, without its escapes.
    static Value queryParameter(String name) {
        return (record, out) -> {
            String query = query(record);
            if (query == null) {
                return false;
            }
            for (String part : query.split("&", -1)) {
                int equals = part.indexOf('=');
                if (name.equals(equals < 0 ? part : part.substring(0, equals))) {
                    out.header(equals < 0 ? "" : unescaped(part.substring(equals + 1)));
                    return true;
                }
            }
            return false;
        };
    }

    /// One character for each byte, as headers have them; what is no escape stands for itself.
    private static String unescaped(String text) {
        if (text.indexOf('%') < 0) {
            return text;
        }
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            int high = i + 2 < text.length() ? Character.digit(text.charAt(i + 1), 16) : -1;
            int low = high < 0 ? -1 : Character.digit(text.charAt(i + 2), 16);
            if (c == '%' && low >= 0) {
                plain.append((char) (high * 16 + low));
                i += 2;
            } else {
                plain.append(c);
            }
        }
        return plain.toString();
    }

    /// `%QUERY_PARAMS%`: all of them as they stand in the path; nothing behind a `?` is something.
    static Value queryParameters() {
        return (record, out) -> {
            String query = query(record);
            if (query == null) {
                return false;
            }
            out.header(query);
            return true;
        };
    }

    private static @Nullable String query(ExchangeRecord record) {
        String path = header(record, PATH);
        int question = path == null ? -1 : path.indexOf('?');
        return path == null || question < 0 ? null : path.substring(question + 1);
    }

    private static @Nullable String header(ExchangeRecord record, String name) {
        HeaderMap headers = record.requestHeaders;
        return headers == null ? null : headers.get(name);
    }

    /// `%ENVIRONMENT(NAME)%`: a variable of this process, `-` without one. It is read once.
    static Value environment(String name) {
        String value = System.getenv(name);
        return Operators.text(_ -> value == null || value.isEmpty() ? "-" : value);
    }

    /// `%UNIQUE_ID%`: another one with each line and operator.
    static Value uniqueId() {
        return Operators.text(_ -> UUID.randomUUID().toString());
    }

    private static IllegalArgumentException wrong(
            String name, @Nullable String argument, String why) {
        return new IllegalArgumentException("%" + name + "(" + argument + ")%: " + why);
    }
}
