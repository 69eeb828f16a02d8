package io.meltemi.testkit.differential;

import static io.meltemi.testkit.differential.CaseReader.list;
import static io.meltemi.testkit.differential.CaseReader.map;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/// Reads a case of connections from YAML. Thread-safe: without state.
///
/// ```yaml
/// parity: [listener.filter_chain_match]   # what docs/parity says this shows
/// certificates: {root: {}, web: {by: root, names: [web.test], key: RSA, revoked: true}}
/// anchors: {...}                          # optional; a place for YAML anchors, not read; `<<` merges
/// listeners: [...]                        # as in Envoy's static_resources
/// clusters: [...]                         # optional; `upstream` and `closed` are there
/// runtime: {key: value}                   # optional; a static layer
/// secrets: [...]                          # optional
/// upstream: [...]                         # optional; as in a DifferentialCase
/// connections:
/// - {to: web, from: 127.0.0.2, tls: {sni: a.test, alpn: [h2], certificate: web}, read: all}
/// - {to: web, first: "PROXY TCP4 ...\r\n", send: "GET / HTTP/1.1\r\n...", read: response}
/// - {to: web, http2: [{request: GET /a, on: 1, end: true}, {await: 1}]}   # see Http2Player
/// - {to: web, hex: "0d0a0d0a...", http: /path}
/// - {to: web, http: /path, read: nothing, reset: cluster.upstream.upstream_rq_active}
/// http2_upstream: [...]                   # optional; at SHADOW_PORT, see Http2Upstream
/// log_lines: 2                            # optional; what the access log has in the end
/// stats: {connection_limit.a.limited_connections: 1}
/// stats_like: "listener\\..*\\.ssl\\."    # optional; all counters like that, but for zeros
/// known: {"3 got": why it differs}
/// ```
final class ConnectionCaseReader {
    private static final Set<String> KEYS =
            Set.of(
                    "parity",
                    "certificates",
                    "anchors",
                    "listeners",
                    "clusters",
                    "secrets",
                    "runtime",
                    "upstream",
                    "connections",
                    "http2_upstream",
                    "http2_upstream_settings",
                    "log_lines",
                    "stats",
                    "stats_like",
                    "known");
    private static final Set<String> STEP_KEYS =
            Set.of(
                    "to", "at", "from", "first", "hex", "tls", "send", "http", "end", "read",
                    "http2", "keep", "reset");
    private static final Set<String> TLS_KEYS =
            Set.of("sni", "alpn", "certificate", "versions", "ciphers", "groups", "session");

    private ConnectionCaseReader() {}

    /// @throws IllegalArgumentException that names the file and what is wrong in it
    static ConnectionCase read(Path file) throws IOException {
        LoadSettings settings = LoadSettings.builder().setMaxAliasesForCollections(200).build();
        try {
            Object tree = new Load(settings).loadFromString(Files.readString(file));
            return read(map(merged(tree)));
        } catch (ClassCastException | IllegalArgumentException e) {
            throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
        }
    }

    /// YAML's merge key, which YAML 1.2 left out: `{<<: *common, more: x}`.
    private static Object merged(Object node) {
        if (node instanceof List<?> items) {
            return items.stream().map(ConnectionCaseReader::merged).toList();
        }
        if (!(node instanceof Map<?, ?> fields)) {
            return node;
        }
        Map<String, Object> all = new LinkedHashMap<>();
        if (fields.get("<<") instanceof Map<?, ?> common) {
            all.putAll(map(merged(common)));
        }
        fields.forEach((key, value) -> {
            if (!key.equals("<<")) {
                all.put(key.toString(), merged(value));
            }
        });
        return all;
    }

    private static ConnectionCase read(Map<String, Object> tree) {
        return read(
                tree,
                StandardBootstrap.ofListeners(
                        list(tree.get("listeners")),
                        list(tree.get("clusters")),
                        list(tree.get("secrets")),
                        map(tree.getOrDefault("runtime", Map.of()))));
    }

    /// Reads all of a case but its bootstrap.
    static ConnectionCase read(Map<String, Object> tree, String bootstrap) {
        require(tree, KEYS);
        Map<String, TestCertificates.Wish> certificates = new LinkedHashMap<>();
        map(tree.getOrDefault("certificates", Map.of()))
                .forEach((name, wish) -> certificates.put(name, certificate(map(wish))));
        Map<String, String> known = new LinkedHashMap<>();
        map(tree.getOrDefault("known", Map.of())).forEach((k, v) -> known.put(k, v.toString()));
        Map<String, Long> stats = new TreeMap<>();
        map(tree.getOrDefault("stats", Map.of()))
                .forEach((name, value) -> stats.put(name, ((Number) value).longValue()));
        return new ConnectionCase(
                bootstrap,
                certificates,
                list(tree.get("upstream")).stream().map(CaseReader::reply).toList(),
                list(tree.get("http2_upstream")).stream().map(CaseReader::list).toList(),
                settings(map(tree.getOrDefault("http2_upstream_settings", Map.of()))),
                list(tree.get("connections")).stream().map(step -> step(map(step))).toList(),
                (Integer) tree.getOrDefault("log_lines", 0),
                stats,
                text(tree, "stats_like"),
                known);
    }

    private static Map<Integer, Integer> settings(Map<String, Object> node) {
        Map<Integer, Integer> settings = new TreeMap<>();
        node.forEach((id, value) -> settings.put(Integer.valueOf(id), (Integer) value));
        return settings;
    }

    private static void require(Map<String, Object> node, Set<String> keys) {
        for (String key : node.keySet()) {
            if (!keys.contains(key)) {
                throw new IllegalArgumentException("'" + key + "' is none of " + keys);
            }
        }
    }

    private static TestCertificates.Wish certificate(Map<String, Object> node) {
        return new TestCertificates.Wish(
                text(node, "by"),
                text(node, "by").isEmpty() || Boolean.TRUE.equals(node.get("authority")),
                texts(node, "names"),
                node.getOrDefault("key", "EC").toString(),
                Boolean.TRUE.equals(node.get("usage")),
                Boolean.TRUE.equals(node.get("revoked")),
                Boolean.TRUE.equals(node.get("expired")));
    }

    private static ConnectionCase.Step step(Map<String, Object> node) {
        require(node, STEP_KEYS);
        String first = text(node, "first");
        if (node.get("hex") instanceof String hex) {
            byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
            first = new String(bytes, StandardCharsets.ISO_8859_1);
        }
        Object http = node.get("http");
        String send =
                http == null
                        ? text(node, "send")
                        : "GET " + http + " HTTP/1.1\r\nhost: test\r\n\r\n";
        return new ConnectionCase.Step(
                text(node, "to"),
                node.getOrDefault("at", "127.0.0.1").toString(),
                text(node, "from"),
                first,
                node.containsKey("tls") ? tls(map(node.get("tls"))) : null,
                send,
                Boolean.TRUE.equals(node.get("end")),
                node.getOrDefault("read", http == null ? "all" : "response").toString(),
                list(node.get("http2")),
                Boolean.TRUE.equals(node.get("keep")),
                text(node, "reset"));
    }

    private static ConnectionCase.TlsWish tls(Map<String, Object> node) {
        require(node, TLS_KEYS);
        return new ConnectionCase.TlsWish(
                text(node, "sni"),
                texts(node, "alpn"),
                text(node, "certificate"),
                texts(node, "versions"),
                texts(node, "ciphers"),
                texts(node, "groups"),
                text(node, "session"));
    }

    private static String text(Map<String, Object> node, String key) {
        return node.getOrDefault(key, "").toString();
    }

    private static List<String> texts(Map<String, Object> node, @Nullable String key) {
        return list(node.get(key)).stream().map(Object::toString).toList();
    }
}
