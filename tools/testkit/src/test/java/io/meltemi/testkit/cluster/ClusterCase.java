package io.meltemi.testkit.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;

/// Clusters and what is asked of them, as a file tells it. Immutable.
///
/// ```yaml
/// parity: [cluster.lb_policy.RING_HASH]
/// upstreams: 4                 # a, b, c, d; PORT_A, ... in clusters; PORT_X refuses connections
/// bootstrap: {node: {...}}     # optional; more of the bootstrap
/// clusters: [...]              # as in Envoy
/// routes: {ring: {...}}        # optional; more fields of the route to a cluster
/// checks:
/// - {cluster: ring, requests: 40, headers: {key: "%d"}, expect: same}
/// - {cluster: random, requests: 400, expect: shares}
/// - {await: cluster.ring.health_check.attempt, least: 3}   # goes on when the number is there
/// - {flags: ring}                # the health of each endpoint in `/clusters`
/// stats: [cluster.ring.lb_healthy_panic]   # optional; equal when all is done
/// events: {ring: 4}              # optional; so many events of each endpoint in EVENTS_PATH are equal
/// ```
///
/// `%d` in a header is the number of the request. An upstream answers with its name; it answers 503
/// to a request whose header `fail` names it, and hangs up when `cut` does. `same`: each request
/// gets the same answer of both proxies. `shares`: each answer comes about as often. `counts`: each
/// comes exactly as often.
record ClusterCase(
        String name,
        int upstreams,
        String bootstrap,
        List<Step> checks,
        List<String> stats,
        Map<String, Integer> events) {
    private static final DumpSettings ONE_LINE =
            DumpSettings.builder().setDefaultFlowStyle(FlowStyle.FLOW).setWidth(1_000_000).build();

    /// How answers are compared.
    enum Expectation {
        SAME,
        SHARES,
        COUNTS,
        ABOUT
    }

    /// One thing after the other.
    sealed interface Step {}

    /// Requests to one cluster.
    record Check(String cluster, int requests, Map<String, String> headers, Expectation expectation)
            implements Step {}

    /// Waits until a number is reached.
    record Await(String stat, int least) implements Step {}

    /// Reads the health of a cluster's endpoints.
    record Flags(String cluster) implements Step {}

    static ClusterCase read(Path file) throws IOException {
        Map<String, Object> tree =
                map(
                        new Load(LoadSettings.builder().build())
                                .loadFromString(Files.readString(file)));
        List<Step> checks = new ArrayList<>();
        for (Object node : (List<?>) tree.getOrDefault("checks", List.of())) {
            checks.add(step(map(node)));
        }
        Map<String, Integer> events = new LinkedHashMap<>();
        map(tree.getOrDefault("events", Map.of()))
                .forEach((cluster, count) -> events.put(cluster, (Integer) count));
        return new ClusterCase(
                file.getFileName().toString().replace(".yaml", ""),
                (Integer) tree.getOrDefault("upstreams", 3),
                bootstrap(tree),
                checks,
                ((List<?>) tree.getOrDefault("stats", List.of()))
                        .stream().map(String::valueOf).toList(),
                events);
    }

    private static Step step(Map<String, Object> node) {
        if (node.get("await") instanceof String stat) {
            return new Await(stat, (Integer) node.getOrDefault("least", 1));
        }
        return node.get("flags") instanceof String cluster ? new Flags(cluster) : check(node);
    }

    private static Check check(Map<String, Object> node) {
        Map<String, String> headers = new LinkedHashMap<>();
        map(node.getOrDefault("headers", Map.of()))
                .forEach((name, value) -> headers.put(name, String.valueOf(value)));
        return new Check(
                String.valueOf(node.get("cluster")),
                (Integer) node.getOrDefault("requests", 1),
                headers,
                Expectation.valueOf(
                        String.valueOf(node.getOrDefault("expect", "same"))
                                .toUpperCase(java.util.Locale.ROOT)));
    }

    /// A virtual host for each cluster, by its name.
    private static String bootstrap(Map<String, Object> tree) {
        Map<String, Object> routes = map(tree.getOrDefault("routes", Map.of()));
        List<Object> hosts = new ArrayList<>();
        List<?> clusters = (List<?>) tree.getOrDefault("clusters", List.of());
        for (Object cluster : clusters) {
            String name = String.valueOf(map(cluster).get("name"));
            hosts.add(host(name, name, routes.get(name)));
        }
        routes.forEach((name, route) -> {
            if (map(route).containsKey("cluster")) {
                hosts.add(host(name, String.valueOf(map(route).get("cluster")), route));
            }
        });
        Map<String, Object> manager = new LinkedHashMap<>();
        manager.put(
                "@type",
                "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager");
        manager.put("stat_prefix", "web");
        manager.put("route_config", Map.of("name", "routes", "virtual_hosts", hosts));
        manager.put(
                "http_filters",
                List.of(
                        Map.of(
                                "name",
                                "envoy.filters.http.router",
                                "typed_config",
                                Map.of(
                                        "@type",
                                        "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"))));
        Map<String, Object> filter =
                Map.of(
                        "name",
                        "envoy.filters.network.http_connection_manager",
                        "typed_config",
                        manager);
        Map<String, Object> listener =
                Map.of(
                        "name",
                        "web",
                        "address",
                        Map.of("socket_address", Map.of("address", "127.0.0.1", "port_value", 0)),
                        "filter_chains",
                        List.of(Map.of("filters", List.of(filter))));
        Map<String, Object> bootstrap = new LinkedHashMap<>();
        bootstrap.put("node", Map.of("id", "clusters", "cluster", "test"));
        bootstrap.putAll(map(tree.getOrDefault("bootstrap", Map.of())));
        bootstrap.put(
                "static_resources", Map.of("listeners", List.of(listener), "clusters", clusters));
        StringBuilder text = new StringBuilder();
        // One of its own: cases are read side by side, and a Dump bears one thread only.
        Dump dump = new Dump(ONE_LINE);
        bootstrap.forEach((key, value) ->
                text.append(key).append(": ").append(dump.dumpToString(value)).append('\n'));
        return text.toString();
    }

    private static Object host(String domain, String cluster, @Nullable Object more) {
        Map<String, Object> action = new LinkedHashMap<>();
        if (more != null) {
            action.putAll(map(more));
        }
        action.put("cluster", cluster);
        return Map.of(
                "name",
                domain,
                "domains",
                List.of(domain),
                "routes",
                List.of(Map.of("match", Map.of("prefix", "/"), "route", action)));
    }

    private static Map<String, Object> map(Object node) {
        Map<String, Object> map = new LinkedHashMap<>();
        ((Map<?, ?>) node).forEach((key, value) -> map.put(String.valueOf(key), value));
        return map;
    }
}
