package io.meltemi.proxy.decide.rewrite;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The parameters of a path's query, decoded. Confined to its caller.
///
/// Envoy: parameters are written back in the order of their names, and decoded; what a mutation
/// adds is escaped.
public final class QueryParameters {
    private final Map<String, List<String>> values = new TreeMap<>();

    private QueryParameters() {}

    public static QueryParameters of(String path) {
        QueryParameters parameters = new QueryParameters();
        int query = path.indexOf('?');
        int end = query < 0 ? path.length() : fragment(path);
        for (int from = query < 0 ? end : query + 1; from < end; ) {
            int to = path.indexOf('&', from);
            if (to < 0 || to > end) {
                to = end;
            }
            int equal = path.indexOf('=', from);
            if (equal >= 0 && equal < to) {
                parameters.add(decoded(path, from, equal), decoded(path, equal + 1, to));
            } else {
                parameters.add(decoded(path, from, to), "");
            }
            from = to + 1;
        }
        return parameters;
    }

    private static int fragment(String path) {
        int fragment = path.indexOf('#');
        return fragment < 0 ? path.length() : fragment;
    }

    public void add(String name, String value) {
        values.computeIfAbsent(name, _ -> new ArrayList<>(1)).add(value);
    }

    public void replace(String name, String value) {
        values.remove(name);
        add(name, value);
    }

    public void remove(String name) {
        values.remove(name);
    }

    public boolean contains(String name) {
        return values.containsKey(name);
    }

    /// The path with these parameters instead of its own.
    public String inPlaceOf(String path) {
        int query = path.indexOf('?');
        StringBuilder text = new StringBuilder(query < 0 ? path : path.substring(0, query));
        char before = '?';
        for (Map.Entry<String, List<String>> entry : values.entrySet()) {
            for (String value : entry.getValue()) {
                text.append(before);
                text.append(entry.getKey()).append('=').append(value);
                before = '&';
            }
        }
        return text.toString();
    }

    private static String decoded(String text, int from, int to) {
        if (text.indexOf('%', from) < 0) {
            return text.substring(from, to);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(to - from);
        for (int i = from; i < to; i++) {
            int high = i + 2 < to ? Character.digit(text.charAt(i + 1), 16) : -1;
            int low = i + 2 < to ? Character.digit(text.charAt(i + 2), 16) : -1;
            if (text.charAt(i) == '%' && high >= 0 && low >= 0) {
                bytes.write(high * 16 + low);
                i += 2;
            } else {
                bytes.write(text.charAt(i));
            }
        }
        return bytes.toString(StandardCharsets.ISO_8859_1);
    }

    /// What is not safe in a query, escaped.
    public static String encoded(String text) {
        StringBuilder out = new StringBuilder(text.length() + 8);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean plain =
                    (c >= 'a' && c <= 'z')
                            || (c >= 'A' && c <= 'Z')
                            || (c >= '0' && c <= '9')
                            || "-._~".indexOf(c) >= 0;
            if (plain) {
                out.append(c);
            } else {
                out.append('%')
                        .append(Character.toUpperCase(Character.forDigit((c >> 4) & 15, 16)))
                        .append(Character.toUpperCase(Character.forDigit(c & 15, 16)));
            }
        }
        return out.toString();
    }
}
