package io.meltemi.testkit.differential;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.fixtures.parity.Parity;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// What Envoy's protocol files do not allow ours refuses too, in every message a proxy reads, and
/// names the field.
final class RuleVerdictTest {
    private static final Path CASES = Path.of("src", "test", "resources", "verdicts", "rules.yaml");
    private static final String TYPES = "type.googleapis.com/envoy.";

    @Test
    @Parity("bootstrap.validate.rules")
    void oursTakesAndRefusesWhatEnvoyDoes() throws Exception {
        assertThat(Verdicts.differences(CASES, RuleVerdictTest::bootstrap)).isEmpty();
    }

    private static String bootstrap(Map<String, Object> written) {
        Map<String, Object> part = CaseReader.map(typed(written));
        String text =
                new Placeholders(9, 9, 9, Path.of("/dev/null"))
                        .fill(
                                StandardBootstrap.ofListeners(
                                        List.of(listener(part)),
                                        List.of(cluster(part)),
                                        List.of(),
                                        Map.of()))
                        .replace("LONG_NAME", "a".repeat(256));
        Map<String, Object> own = of(part, "bootstrap");
        if (own.containsKey("layered_runtime")) {
            text = text.replaceAll("(?m)^layered_runtime:.*\n", "");
        }
        return text
                + own.entrySet().stream()
                        .map(e -> e.getKey() + ": " + StandardBootstrap.json(e.getValue()) + "\n")
                        .collect(Collectors.joining());
    }

    private static Map<String, Object> cluster(Map<String, Object> part) {
        Map<String, Object> cluster = new LinkedHashMap<>(Map.of("name", "tested"));
        cluster.putAll(of(part, "cluster"));
        if (part.containsKey("upstream_tls")) {
            cluster.put("transport_socket", socket("UpstreamTlsContext", of(part, "upstream_tls")));
        }
        return cluster;
    }

    private static Map<String, Object> socket(String type, Map<String, Object> fields) {
        return named(
                "envoy.transport_sockets.tls",
                "extensions.transport_sockets.tls.v3." + type,
                fields);
    }

    private static Map<String, Object> listener(Map<String, Object> part) {
        List<Object> filters = new ArrayList<>();
        if (part.containsKey("before")) {
            filters.add(Map.of("name", "before", "typed_config", of(part, "before")));
        }
        filters.add(
                part.containsKey("network")
                        ? Map.of("name", "network", "typed_config", of(part, "network"))
                        : manager(part));
        Map<String, Object> chain = new LinkedHashMap<>(Map.of("filters", filters));
        chain.putAll(of(part, "chain"));
        if (part.containsKey("downstream_tls")) {
            chain.put(
                    "transport_socket", socket("DownstreamTlsContext", of(part, "downstream_tls")));
        }
        Map<String, Object> listener =
                new LinkedHashMap<>(
                        Map.of(
                                "name",
                                "web",
                                "address",
                                Map.of(
                                        "socket_address",
                                        Map.of("address", "127.0.0.1", "port_value", 0)),
                                "filter_chains",
                                List.of(chain)));
        listener.putAll(of(part, "listener"));
        return listener;
    }

    private static Map<String, Object> manager(Map<String, Object> part) {
        List<Object> filters = new ArrayList<>();
        if (part.containsKey("http")) {
            filters.add(Map.of("name", "tested", "typed_config", of(part, "http")));
        }
        filters.add(named("router", "extensions.filters.http.router.v3.Router", Map.of()));
        Map<String, Object> manager = new LinkedHashMap<>();
        manager.put("stat_prefix", "web");
        manager.put("http_filters", filters);
        manager.put(
                "route_config",
                Map.of(
                        "virtual_hosts",
                        List.of(
                                Map.of(
                                        "name",
                                        "all",
                                        "domains",
                                        List.of("*"),
                                        "routes",
                                        List.of(
                                                Map.of(
                                                        "match",
                                                        Map.of("prefix", "/"),
                                                        "route",
                                                        Map.of("cluster", "upstream")))))));
        manager.putAll(of(part, "manager"));
        return named(
                "manager",
                "extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
                manager);
    }

    private static Map<String, Object> named(String name, String type, Map<String, Object> fields) {
        Map<String, Object> config = new LinkedHashMap<>(fields);
        config.put("@type", TYPES + type);
        return Map.of("name", name, "typed_config", config);
    }

    private static Map<String, Object> of(Map<String, Object> part, String name) {
        return CaseReader.map(part.getOrDefault(name, Map.of()));
    }

    /// Writes `is` out, wherever it stands.
    private static Object typed(Object node) {
        return switch (node) {
            case Map<?, ?> map -> {
                Map<String, Object> typed = new LinkedHashMap<>();
                map.forEach((key, value) -> {
                    if (key.equals("is")) {
                        typed.put("@type", TYPES + value);
                    } else {
                        typed.put(String.valueOf(key), typed(value));
                    }
                });
                yield typed;
            }
            case List<?> list -> list.stream().map(RuleVerdictTest::typed).toList();
            default -> node;
        };
    }
}
