package io.meltemi.testkit.xds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Duration;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterStats;
import io.envoyproxy.envoy.config.endpoint.v3.UpstreamEndpointStats;
import io.envoyproxy.envoy.config.endpoint.v3.UpstreamLocalityStats;
import io.envoyproxy.envoy.service.load_stats.v3.LoadReportingServiceGrpc;
import io.envoyproxy.envoy.service.load_stats.v3.LoadStatsRequest;
import io.envoyproxy.envoy.service.load_stats.v3.LoadStatsResponse;
import io.grpc.Status;
import io.meltemi.fixtures.http.Header;
import io.meltemi.fixtures.http.Message;
import io.meltemi.fixtures.http.PlainClient;
import io.meltemi.fixtures.http.Reply;
import io.meltemi.fixtures.http.ScriptedUpstream;
import io.meltemi.fixtures.parity.Parity;
import io.meltemi.testkit.Deadline;
import io.meltemi.testkit.FreePort;
import io.meltemi.testkit.differential.OurProxy;
import io.meltemi.testkit.differential.ProxyUnderTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A load reporting service hears the same of Envoy and of ours, when and of what it asks.
final class LoadReportsParityTest {
    private static final java.time.Duration SOON = java.time.Duration.ofSeconds(20);

    /// Envoy counts its own calls to the service as load; ours go another way.
    private static final String OF_THE_SERVICE = "control";

    private static final String STATS =
            "load_reporter\\.(requests|errors|retries): .*"
                    + "|cluster\\.(tcp|mirror|closed|full)\\.upstream_rq_(total|active): .*";

    @Test
    @Parity({
        "cluster_manager.load_stats_config",
        "load_stats.clusters",
        "load_stats.send_all_clusters",
        "load_stats.load_reporting_interval",
        "load_stats.report_endpoint_granularity",
        "load_stats.upstream_locality_stats",
        "load_stats.dropped_requests",
        "cluster_load_assignment.policy.drop_overloads.category"
    })
    void reportsSayTheSame() throws Exception {
        List<String> envoy = new Played(ProxyUnderTest::envoy).lines;

        assertThat(new Played(OurProxy::start).lines).isEqualTo(envoy);
        assertThat(envoy)
                .contains(
                        "named: shop here//a p0: issued 11, good 6, bad 5",
                        "named: found (found-service)",
                        "named: dropping dropped 2",
                        "named: dropping throttle 2",
                        "named: full dropped 1",
                        "named: full here//a p0: issued 0, good 0, bad 1",
                        "named: closed here//a p0: issued 0, good 0, bad 1",
                        "named: tcp here//a p0: issued 1, good 0, bad 0",
                        "all: mirror here//a p0: issued 2, good 1, bad 1",
                        "all: retried here//a p0: issued 3, good 0, bad 3",
                        "cluster.tcp.upstream_rq_total: 4",
                        "cluster.closed.upstream_rq_total: 0",
                        "under way: shop here//a p0: 1",
                        "again: shop here//a p0: issued 1, good 1, bad 0");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "api_type: GRPC, transport_api_version: V3, grpc_services: [{envoy_grpc:"
                        + " {cluster_name: nowhere}}]|cluster_name",
                "api_type: REST, transport_api_version: V3, cluster_names: [control]|api_type",
                "api_type: GRPC, transport_api_version: V3|grpc_services",
                "api_type: GRPC, transport_api_version: V3, grpc_services: [{envoy_grpc:"
                        + " {cluster_name: control}}, {envoy_grpc: {cluster_name: control}}]"
                        + "|grpc_services",
                "api_type: AGGREGATED_GRPC, transport_api_version: V3, grpc_services: [{envoy_grpc:"
                        + " {cluster_name: control}}]|api_type",
            })
    @Parity("cluster_manager.load_stats_config")
    void whatEnvoyRefusesIsRefusedByPath(String fields, String path) throws IOException {
        String config =
                "cluster_manager: {load_stats_config: {" + fields + "}}\n" + Bootstraps.clusters(1);

        EnvoyRefusals.await(config);
        assertThatThrownBy(() -> OurProxy.start(config).close())
                .hasMessageContaining("cluster_manager.load_stats_config")
                .hasMessageContaining(path);
    }

    /// One run of the script. Confined to its test.
    private static final class Played {
        private final List<String> lines = new ArrayList<>();
        private final Map<Integer, String> ports = new TreeMap<>();
        private int asked;

        Played(ProxyUnderTest.Launcher launcher) throws IOException {
            Path endpoints = Files.createTempFile("endpoints", ".yaml");
            try (ScriptedUpstream a = ScriptedUpstream.start().otherwise(Played::answer);
                    ScriptedUpstream b = ScriptedUpstream.start().otherwise(Played::answer);
                    ScriptedService<LoadStatsRequest, LoadStatsResponse> service =
                            ScriptedService.start(
                                    LoadReportingServiceGrpc.getStreamLoadStatsMethod())) {
                int closed = FreePort.onLoopback();
                ports.put(a.port(), "a");
                ports.put(b.port(), "b");
                ports.put(closed, "closed");
                Files.writeString(endpoints, file(a.port()));
                String bootstrap =
                        bootstrap(service.port())
                                .replace("PORT_A", Integer.toString(a.port()))
                                .replace("PORT_B", Integer.toString(b.port()))
                                .replace("PORT_X", Integer.toString(closed))
                                .replace("FILE", endpoints.toString());
                try (ProxyUnderTest proxy = launcher.start(bootstrap)) {
                    Deadline.await("readiness", SOON, proxy.admin()::isReady, proxy::log);
                    play(service, proxy);
                }
            } finally {
                Files.delete(endpoints);
            }
        }

        private void play(
                ScriptedService<LoadStatsRequest, LoadStatsResponse> service, ProxyUnderTest proxy)
                throws IOException {
            service.await(1, 1);
            LoadStatsRequest first = service.heard(1, 0).getFirst();
            lines.add(
                    "first: "
                            + first.getNode().getId()
                            + " "
                            + first.getNode().getClientFeaturesList().stream()
                                    .filter(feature -> feature.contains("lrs"))
                                    .toList()
                            + " of "
                            + first.getClusterStatsCount());
            traffic(proxy);
            ask(
                    service,
                    proxy,
                    wish().addAllClusters(
                                    List.of(
                                            "shop",
                                            "found",
                                            "dropping",
                                            "full",
                                            "closed",
                                            "tcp",
                                            "nowhere")));
            record("named", service, 1, () -> traffic(proxy));
            ask(service, proxy, wish().setSendAllClusters(true));
            record("all", service, 1, () -> traffic(proxy));
            ask(service, proxy, wish().addClusters("shop").setReportEndpointGranularity(true));
            record("each", service, 1, () -> traffic(proxy));
            underWay(service, proxy);
            away(service, proxy);
        }

        private void ask(
                ScriptedService<LoadStatsRequest, LoadStatsResponse> service,
                ProxyUnderTest proxy,
                LoadStatsResponse.Builder wish)
                throws IOException {
            asked++;
            service.ask(wish.build());
            Deadline.await(
                    "the wish",
                    SOON,
                    () -> proxy.admin().stat("load_reporter.requests") == asked,
                    proxy::log);
        }

        private static LoadStatsResponse.Builder wish() {
            return LoadStatsResponse.newBuilder()
                    .setLoadReportingInterval(Duration.newBuilder().setNanos(300_000_000));
        }

        private interface Step {
            void run() throws IOException;
        }

        /// Sums what reports say while something happens and a while after it.
        private void record(
                String when,
                ScriptedService<LoadStatsRequest, LoadStatsResponse> service,
                int stream,
                Step step)
                throws IOException {
            int before = service.count(stream);
            step.run();
            service.await(stream, service.count(stream) + 3);
            sums(when, service.heard(stream, before));
        }

        private void sums(String when, List<LoadStatsRequest> reports) {
            Sums sums = new Sums(ports);
            reports.forEach(sums::add);
            sums.lines().forEach(line -> lines.add(when + ": " + line));
        }

        private void underWay(
                ScriptedService<LoadStatsRequest, LoadStatsResponse> service, ProxyUnderTest proxy)
                throws IOException {
            int web = proxy.admin().listenerPort("web");
            try (PlainClient client = PlainClient.connect(web)) {
                client.send("GET /shop/hang HTTP/1.1\r\nhost: a\r\n\r\n");
                Deadline.await("the request", SOON, () -> !active(service).isEmpty(), proxy::log);
                service.await(1, service.count(1) + 2);
                active(service).forEach(line -> lines.add("under way: " + line));
            }
        }

        private List<String> active(ScriptedService<LoadStatsRequest, LoadStatsResponse> service) {
            List<String> active = new ArrayList<>();
            LoadStatsRequest last = service.heard(1, service.count(1) - 1).getFirst();
            for (ClusterStats cluster : last.getClusterStatsList()) {
                for (UpstreamLocalityStats locality : cluster.getUpstreamLocalityStatsList()) {
                    active.add(
                            Sums.key(cluster, locality)
                                    + ": "
                                    + locality.getTotalRequestsInProgress());
                    locality.getUpstreamEndpointStatsList()
                            .forEach(each ->
                                    active.add(
                                            ports.get(
                                                            each.getAddress()
                                                                    .getSocketAddress()
                                                                    .getPortValue())
                                                    + " "
                                                    + each.getTotalRequestsInProgress()));
                }
            }
            return active;
        }

        /// What happened meanwhile is told on the next stream, unasked.
        private void away(
                ScriptedService<LoadStatsRequest, LoadStatsResponse> service, ProxyUnderTest proxy)
                throws IOException {
            service.end(Status.UNAVAILABLE);
            Deadline.await(
                    "the end",
                    SOON,
                    () -> proxy.admin().stat("load_reporter.errors") == 1,
                    proxy::log);
            call(proxy, "/shop/200");
            service.await(2, 3);
            lines.add("again: from " + service.heard(2, 0).getFirst().getNode().getId());
            sums("again", service.heard(2, 0));
            service.end(Status.OK);
            service.await(3, 2);
            proxy.admin()
                    .get("/stats")
                    .lines()
                    .filter(line -> line.matches(STATS))
                    .forEach(lines::add);
        }

        private void traffic(ProxyUnderTest proxy) throws IOException {
            List<String> statuses = new ArrayList<>();
            for (String path :
                    List.of(
                            "/shop/200",
                            "/shop/503",
                            "/shop/404",
                            "/shop/200",
                            "/shop/cut",
                            "/shop/200",
                            "/found/200",
                            "/dropping/200",
                            "/dropping/200",
                            "/full/200",
                            "/closed/200",
                            "/mirrored/200",
                            "/mirrored/cut",
                            "/retried/503")) {
                statuses.add(path + " " + call(proxy, path));
            }
            for (String path :
                    List.of(
                            "/shop/ok",
                            "/shop/failed",
                            "/shop/trailed",
                            "/shop/late",
                            "/shop/none")) {
                statuses.add(path + " " + call(proxy, path, "content-type: application/grpc\r\n"));
            }
            try (PlainClient client = PlainClient.connect(proxy.admin().listenerPort("raw"))) {
                statuses.add(
                        "raw " + client.call("GET /raw/200 HTTP/1.1\r\nhost: a\r\n\r\n").status());
            }
            lines.add(statuses.toString());
        }

        private static int call(ProxyUnderTest proxy, String path, String... headers)
                throws IOException {
            try (PlainClient client = PlainClient.connect(proxy.admin().listenerPort("web"))) {
                return client.call(
                                "GET "
                                        + path
                                        + " HTTP/1.1\r\nhost: a\r\n"
                                        + String.join("", headers)
                                        + "\r\n")
                        .status();
            }
        }

        private static Reply answer(Message request) {
            String path = request.startLine().split(" ", -1)[1];
            String word = path.substring(path.lastIndexOf('/') + 1);
            Header grpc = new Header("content-type", "application/grpc");
            return switch (word) {
                case "cut" -> new Reply.Close();
                case "hang" -> new Reply.Silence();
                case "ok" -> Reply.of(200, "", grpc, new Header("grpc-status", "0"));
                case "failed" -> Reply.of(200, "", grpc, new Header("grpc-status", "13"));
                case "none" -> Reply.of(200, "", grpc);
                case "trailed" -> trailers("grpc-status: 5\r\n");
                case "late" -> trailers("grpc-status: 14\r\n");
                default -> Reply.of(Integer.parseInt(word), "up");
            };
        }

        private static Reply trailers(String lines) {
            return new Reply.Raw(
                    "HTTP/1.1 200 OK\r\ncontent-type: application/grpc\r\n"
                            + "transfer-encoding: chunked\r\n\r\n5\r\n.....\r\n0\r\n"
                            + lines
                            + "\r\n");
        }
    }

    /// What several reports say together. Confined to its test.
    private static final class Sums {
        private final Map<Integer, String> ports;
        private final Map<String, long[]> loads = new TreeMap<>();
        private final Map<String, Long> drops = new TreeMap<>();
        private final Set<String> names = new TreeSet<>();

        Sums(Map<Integer, String> ports) {
            this.ports = ports;
        }

        static String key(ClusterStats cluster, UpstreamLocalityStats locality) {
            return cluster.getClusterName()
                    + " "
                    + locality.getLocality().getRegion()
                    + "/"
                    + locality.getLocality().getZone()
                    + "/"
                    + locality.getLocality().getSubZone()
                    + " p"
                    + locality.getPriority();
        }

        void add(LoadStatsRequest report) {
            for (ClusterStats cluster : report.getClusterStatsList()) {
                String name = cluster.getClusterName();
                if (name.equals(OF_THE_SERVICE)) {
                    continue;
                }
                String service = cluster.getClusterServiceName();
                names.add(name + (service.isEmpty() ? "" : " (" + service + ")"));
                names.add(name + " " + length(cluster.getLoadReportInterval()));
                if (cluster.getTotalDroppedRequests() > 0) {
                    drops.merge(name + " dropped", cluster.getTotalDroppedRequests(), Long::sum);
                }
                cluster.getDroppedRequestsList()
                        .forEach(dropped ->
                                drops.merge(
                                        name + " " + dropped.getCategory(),
                                        dropped.getDroppedCount(),
                                        Long::sum));
                for (UpstreamLocalityStats locality : cluster.getUpstreamLocalityStatsList()) {
                    String key = key(cluster, locality);
                    add(
                            key,
                            locality.getTotalIssuedRequests(),
                            locality.getTotalSuccessfulRequests(),
                            locality.getTotalErrorRequests());
                    for (UpstreamEndpointStats each : locality.getUpstreamEndpointStatsList()) {
                        int port = each.getAddress().getSocketAddress().getPortValue();
                        add(
                                key
                                        + " "
                                        + each.getAddress().getSocketAddress().getAddress()
                                        + " "
                                        + ports.get(port),
                                each.getTotalIssuedRequests(),
                                each.getTotalSuccessfulRequests(),
                                each.getTotalErrorRequests());
                    }
                }
            }
        }

        private static String length(Duration interval) {
            double seconds = interval.getSeconds() + interval.getNanos() / 1e9;
            return seconds > 0.2 && seconds < 8 ? "in time" : "at another time";
        }

        private void add(String key, long issued, long good, long bad) {
            if (issued + good + bad > 0) {
                long[] sums = loads.computeIfAbsent(key, _ -> new long[3]);
                sums[0] += issued;
                sums[1] += good;
                sums[2] += bad;
            }
        }

        List<String> lines() {
            List<String> lines = new ArrayList<>(names);
            drops.forEach((key, count) -> lines.add(key + " " + count));
            loads.forEach((key, sums) ->
                    lines.add(
                            key
                                    + ": issued "
                                    + sums[0]
                                    + ", good "
                                    + sums[1]
                                    + ", bad "
                                    + sums[2]));
            return lines;
        }
    }

    private static String file(int port) {
        return """
        resources:
        - "@type": type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment
          cluster_name: found-service
          endpoints:
          - locality: {region: there, zone: z, sub_zone: s}
            lb_endpoints:
            - endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: PORT}}}
        """
                .replace("PORT", Integer.toString(port));
    }

    private static String bootstrap(int service) {
        return """
        node: {id: oracle, cluster: test}
        cluster_manager:
          load_stats_config:
            api_type: GRPC
            transport_api_version: V3
            grpc_services: [{envoy_grpc: {cluster_name: control}}]
        """
                + Bootstraps.clusters(service)
                + cluster(
                        "shop",
                        locality("here", "a", 0, "PORT_A") + locality("far", "b", 1, "PORT_B"),
                        "")
                + """
                  - name: found
                    type: EDS
                    connect_timeout: 5s
                    eds_cluster_config:
                      service_name: found-service
                      eds_config: {path_config_source: {path: FILE}}
                """
                        .indent(0)
                + cluster(
                        "dropping",
                        locality("here", "a", 0, "PORT_A")
                                + "      policy: {drop_overloads: [{category: throttle,"
                                + " drop_percentage: {numerator: 100}}]}\n",
                        "")
                + cluster(
                        "full",
                        locality("here", "a", 0, "PORT_A"),
                        "    circuit_breakers: {thresholds: [{max_requests: 0}]}\n")
                + cluster("closed", locality("here", "a", 0, "PORT_X"), "")
                + cluster("mirrored", locality("here", "a", 0, "PORT_A"), "")
                + cluster("mirror", locality("here", "a", 0, "PORT_B"), "")
                + cluster("retried", locality("here", "a", 0, "PORT_A"), "")
                + cluster("tcp", locality("here", "a", 0, "PORT_A"), "")
                + LISTENERS;
    }

    private static String cluster(String name, String endpoints, String fields) {
        return """
          - name: NAME
            type: STATIC
            connect_timeout: 5s
            http_protocol_options: {enable_trailers: true}
            load_assignment:
              cluster_name: NAME
              endpoints:
        """
                        .replace("NAME", name)
                        .indent(0)
                + endpoints
                + fields;
    }

    private static String locality(String region, String zone, int priority, String port) {
        return "      - locality: {region: "
                + region
                + ", sub_zone: "
                + zone
                + "}\n        priority: "
                + priority
                + "\n        lb_endpoints: [{endpoint: {address: {socket_address: {address:"
                + " 127.0.0.1, port_value: "
                + port
                + "}}}}]\n";
    }

    private static final String LISTENERS =
            """
              listeners:
              - name: web
                address: {socket_address: {address: 127.0.0.1, port_value: 0}}
                filter_chains:
                - filters:
                  - name: envoy.filters.network.http_connection_manager
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                      stat_prefix: web
                      http_protocol_options: {enable_trailers: true}
                      route_config:
                        virtual_hosts:
                        - name: all
                          domains: ["*"]
                          routes:
                          - {match: {prefix: /shop}, route: {cluster: shop}}
                          - {match: {prefix: /found}, route: {cluster: found}}
                          - {match: {prefix: /dropping}, route: {cluster: dropping}}
                          - {match: {prefix: /full}, route: {cluster: full}}
                          - {match: {prefix: /closed}, route: {cluster: closed}}
                          - match: {prefix: /mirrored}
                            route: {cluster: mirrored, request_mirror_policies: [{cluster: mirror}]}
                          - match: {prefix: /retried}
                            route: {cluster: retried, retry_policy: {retry_on: 5xx, num_retries: 2}}
                      http_filters:
                      - name: envoy.filters.http.router
                        typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
              - name: raw
                address: {socket_address: {address: 127.0.0.1, port_value: 0}}
                filter_chains:
                - filters:
                  - name: envoy.filters.network.tcp_proxy
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy
                      stat_prefix: raw
                      cluster: tcp
            """;
}
