package io.meltemi.testkit.differential;

import io.meltemi.fixtures.http.Message;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/// An answer of an admin endpoint without what no two proxies share: of JSON the paths of its keys,
/// of text its lines with every number replaced. Thread-safe: without state.
final class AdminShape {
    private AdminShape() {}

    static String of(Message answer) {
        String type = answer.header("content-type").orElse("no content type");
        return answer.status() + " " + type + "\n" + body(type, answer.body());
    }

    /// JSON as text that does not depend on spaces and the order of keys.
    static String values(String json) {
        return sorted(new Load(LoadSettings.builder().build()).loadFromString(json));
    }

    private static String sorted(Object node) {
        return switch (node) {
            case Map<?, ?> map ->
                    map.entrySet().stream()
                            .map(e -> e.getKey() + ": " + sorted(e.getValue()))
                            .sorted()
                            .collect(Collectors.joining(", ", "{", "}"));
            case List<?> list ->
                    list.stream()
                            .map(AdminShape::sorted)
                            .collect(Collectors.joining(", ", "[", "]"));
            case null, default -> String.valueOf(node);
        };
    }

    private static String body(String type, String body) {
        if (type.startsWith("application/json")) {
            Set<String> paths = new TreeSet<>();
            collect("", new Load(LoadSettings.builder().build()).loadFromString(body), paths);
            paths.removeIf(path -> path.contains(".intervals[]"));
            return String.join("\n", paths);
        }
        if (type.startsWith("text/html")) {
            return "html " + body.contains("<table");
        }
        return body.lines()
                // Which bins hold values is a matter of milliseconds.
                .map(line -> line.replaceAll("(totals|intervals)=.*", "$1"))
                .map(line ->
                        line.replaceAll("nan|(?<![a-zA-Z_0-9.])\\d+(\\.\\d+)?(e\\+\\d+)?", "N"))
                .collect(Collectors.joining("\n"));
    }

    private static void collect(String at, Object node, Set<String> into) {
        switch (node) {
            case Map<?, ?> map ->
                    map.forEach((key, value) -> {
                        if (key.equals("@type") || value instanceof String) {
                            into.add(at + "." + key + (key.equals("@type") ? " " + value : ""));
                        } else {
                            collect(at + "." + key, value, into);
                        }
                    });
            case List<?> list -> list.forEach(each -> collect(at + "[]", each, into));
            case null, default -> into.add(at);
        }
    }
}
