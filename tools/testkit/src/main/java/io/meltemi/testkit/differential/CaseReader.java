package io.meltemi.testkit.differential;

import io.meltemi.fixtures.http.Header;
import io.meltemi.fixtures.http.Reply;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/// Reads a case from YAML. Thread-safe: without state.
///
/// ```yaml
/// parity: [route.mirrors]     # what docs/parity says this shows, by Envoy's field names
/// virtual_hosts: [...]        # as in Envoy's RouteConfiguration
/// http_filters: [...]         # optional; the router alone
/// clusters: [...]             # optional; `upstream` and `closed` are there
/// connection_manager: {...}   # optional; more fields of the HttpConnectionManager
/// listener: {...}             # optional; more fields of the listener
/// route_config: {...}         # optional; more fields of the RouteConfiguration
/// upstream: [{status: 503, headers: {a: b}, body: no}, {raw: "..."}, close, silence]
/// requests: ["GET /a", {line: GET /b, headers: {x: y}, body: z}, {raw: "GET / HTTP/1.1\r\n"}]
/// copies: 2                   # optional; requests that the cluster at SHADOW_PORT gets
/// logs: 3                     # optional; lines of access log; one for each request
/// second: [{status: 403}]     # optional; what that cluster answers, as `upstream`
/// stats: "^http\\.web\\.cors"   # optional; counters that are compared unless they are zero
/// known: {"1 header server": why it differs}
/// ```
public final class CaseReader {
    private static final Set<String> KEYS =
            Set.of(
                    "parity",
                    "virtual_hosts",
                    "http_filters",
                    "clusters",
                    "connection_manager",
                    "listener",
                    "route_config",
                    "upstream",
                    "requests",
                    "copies",
                    "logs",
                    "second",
                    "stats",
                    "known");

    private CaseReader() {}

    /// @throws IllegalArgumentException that names the file and what is wrong in it
    static DifferentialCase read(Path file) throws IOException {
        Map<String, Object> tree = tree(Files.readString(file));
        String name = file.getFileName().toString().replace(".yaml", "");
        try {
            String bootstrap =
                    StandardBootstrap.of(
                            list(tree.get("virtual_hosts")),
                            list(tree.get("http_filters")),
                            list(tree.get("clusters")),
                            map(tree.getOrDefault("connection_manager", Map.of())),
                            map(tree.getOrDefault("listener", Map.of())),
                            map(tree.getOrDefault("route_config", Map.of())));
            return read(name, tree, bootstrap);
        } catch (ClassCastException | IllegalArgumentException e) {
            throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
        }
    }

    /// A document with one mapping.
    public static Map<String, Object> tree(String yaml) {
        return map(new Load(LoadSettings.builder().build()).loadFromString(yaml));
    }

    /// Reads all of a case but its bootstrap.
    public static DifferentialCase read(String name, Map<String, Object> tree, String bootstrap) {
        for (String key : tree.keySet()) {
            if (!KEYS.contains(key)) {
                throw new IllegalArgumentException("'" + key + "' is none of " + KEYS);
            }
        }
        Map<String, String> known = new LinkedHashMap<>();
        map(tree.getOrDefault("known", Map.of())).forEach((k, v) -> known.put(k, v.toString()));
        return new DifferentialCase(
                name,
                bootstrap,
                list(tree.get("upstream")).stream().map(CaseReader::reply).toList(),
                list(tree.get("requests")).stream().map(CaseReader::request).toList(),
                (Integer) tree.getOrDefault("copies", 0),
                (Integer) tree.getOrDefault("logs", list(tree.get("requests")).size()),
                list(tree.get("second")).stream().map(CaseReader::reply).toList(),
                tree.getOrDefault("stats", "").toString(),
                known);
    }

    static Reply reply(Object node) {
        return switch (node) {
            case String word when word.equals("close") -> new Reply.Close();
            case String word when word.equals("silence") -> new Reply.Silence();
            case Map<?, ?> _ -> response(map(node));
            default -> throw new IllegalArgumentException("'" + node + "' is no reply");
        };
    }

    private static Reply response(Map<String, Object> node) {
        if (node.get("raw") instanceof String raw) {
            return switch (node.getOrDefault("then", "stay").toString()) {
                case "close" -> new Reply.Cut(raw);
                case "reset" -> new Reply.Reset(raw);
                default -> new Reply.Raw(raw);
            };
        }
        List<Header> headers = new ArrayList<>();
        map(node.getOrDefault("headers", Map.of()))
                .forEach((name, value) -> headers.add(new Header(name, value.toString())));
        int status = (Integer) node.getOrDefault("status", 200);
        return new Reply.Response(status, headers, node.getOrDefault("body", "").toString());
    }

    private static String request(Object node) {
        if (node instanceof String line) {
            return request(Map.of("line", line));
        }
        Map<String, Object> request = map(node);
        if (request.get("raw") instanceof String raw) {
            return raw;
        }
        StringBuilder text = new StringBuilder(String.valueOf(request.get("line")));
        text.append(" HTTP/1.1\r\n");
        Map<String, Object> headers = map(request.getOrDefault("headers", Map.of()));
        if (!headers.containsKey("host")) {
            text.append("host: test\r\n");
        }
        headers.forEach(
                (name, value) -> text.append(new Header(name, value.toString())).append("\r\n"));
        String body = request.getOrDefault("body", "").toString();
        if (!body.isEmpty()) {
            text.append("content-length: ").append(body.length()).append("\r\n");
        }
        return text.append("\r\n").append(body).toString();
    }

    static List<Object> list(@Nullable Object node) {
        return node == null ? List.of() : List.copyOf((List<?>) node);
    }

    /// A mapping by the texts of its keys.
    public static Map<String, Object> map(Object node) {
        Map<String, Object> map = new LinkedHashMap<>();
        ((Map<?, ?>) node).forEach((key, value) -> map.put(String.valueOf(key), value));
        return map;
    }
}
