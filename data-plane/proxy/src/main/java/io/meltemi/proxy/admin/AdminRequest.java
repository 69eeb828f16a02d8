package io.meltemi.proxy.admin;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// One question to the admin endpoint. Immutable.
///
/// @param path without the query; slashes in a row are one, as in Envoy
/// @param query names and values in the order they were written; of a name written twice the first
/// @param form the same of a body sent as a form
public record AdminRequest(
        String method, String path, Map<String, String> query, Map<String, String> form) {
    public AdminRequest {
        query = Collections.unmodifiableMap(new LinkedHashMap<>(query));
        form = Collections.unmodifiableMap(new LinkedHashMap<>(form));
    }

    /// @param target path and query as they came
    /// @param form the body when it was sent as a form, or nothing
    public static AdminRequest of(String method, String target, String form) {
        int question = target.indexOf('?');
        String path = question < 0 ? target : target.substring(0, question);
        while (path.contains("//")) {
            path = path.replace("//", "/");
        }
        return new AdminRequest(
                method,
                path,
                question < 0 ? Map.of() : values(target.substring(question + 1)),
                values(form));
    }

    private static Map<String, String> values(String text) {
        Map<String, String> values = new LinkedHashMap<>();
        for (String part : text.split("&", -1)) {
            if (part.isEmpty()) {
                continue;
            }
            int equals = part.indexOf('=');
            String name = equals < 0 ? part : part.substring(0, equals);
            values.putIfAbsent(
                    decoded(name), equals < 0 ? "" : decoded(part.substring(equals + 1)));
        }
        return values;
    }

    /// What is no valid escape stands for itself.
    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException _) {
            return text;
        }
    }

    /// Whether a parameter is there, with or without a value.
    public boolean has(String name) {
        return query.containsKey(name);
    }

    /// The value of a parameter; empty when it is not there or says nothing.
    public Optional<String> value(String name) {
        return Optional.ofNullable(query.get(name)).filter(value -> !value.isEmpty());
    }
}
