package io.meltemi.testkit.differential;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.fixtures.http.Message;
import io.meltemi.fixtures.http.PlainClient;
import io.meltemi.fixtures.http.ScriptedUpstream;
import io.meltemi.fixtures.parity.Parity;
import io.meltemi.testkit.Deadline;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The admin endpoints of Envoy and of ours are asked the same, and answer with the same status,
/// content type and shape.
final class AdminParityTest {
    /// After which what an order has changed is changed.
    private static final Duration SETTLED = Duration.ofMillis(500);

    private static final long PAUSE_MILLIS = 20;

    private static final List<Object> ROUTES =
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
                                            Map.of("cluster", "upstream")))));

    @Test
    @Parity({
        "admin.ready",
        "admin.certs",
        "admin.clusters",
        "admin.clusters.filter",
        "admin.clusters.format",
        "admin.listeners",
        "admin.listeners.format",
        "admin.hot_restart_version",
        "admin.init_dump",
        "admin.memory",
        "admin.server_info"
    })
    void statusPagesAreEnvoys() throws Exception {
        same(
                "GET /ready",
                "POST /ready",
                "PUT /ready",
                "GET /ready?x=y",
                "GET /certs",
                "GET /clusters",
                "GET /clusters?filter=ups",
                "GET /clusters?filter=nothing",
                "GET /clusters?filter=(",
                "GET /clusters?format=json",
                "GET /clusters?format=xml&filter=none",
                "GET /clusters?format=json&filter=none",
                "GET /listeners",
                "GET /listeners?format=json",
                "GET /listeners?format=xml",
                "GET /hot_restart_version",
                "GET /init_dump",
                "GET /init_dump?mask=listener",
                "GET /memory",
                "GET /server_info",
                "GET /");
    }

    @Test
    @Parity({
        "admin.config_dump",
        "admin.config_dump.resource",
        "admin.config_dump.mask",
        "admin.config_dump.name_regex",
        "admin.config_dump.include_eds"
    })
    void theConfigDumpIsEnvoys() throws Exception {
        same(
                "GET /config_dump",
                "GET /config_dump?include_eds",
                "GET /config_dump?name_regex=ups.*",
                "GET /config_dump?name_regex=nothing",
                "GET /config_dump?name_regex=(",
                "GET /config_dump?resource=static_clusters",
                "GET /config_dump?resource=static_clusters&name_regex=clo.*",
                "GET /config_dump?resource=static_clusters&mask=cluster.name",
                "GET /config_dump?resource=static_clusters&mask=cluster.name,last_updated",
                "GET /config_dump?resource=static_listeners",
                "GET /config_dump?resource=static_listeners&mask=listener.address",
                "GET /config_dump?resource=static_route_configs",
                "GET /config_dump?resource=dynamic_active_clusters",
                "GET /config_dump?resource=dynamic_route_configs",
                "GET /config_dump?resource=static_endpoint_configs",
                "GET /config_dump?resource=static_endpoint_configs&include_eds",
                "GET /config_dump?resource=static_secrets",
                "GET /config_dump?resource=bootstrap",
                "GET /config_dump?resource=nothing",
                "GET /config_dump?mask=bootstrap",
                "GET /config_dump?mask=static_listeners,static_clusters",
                "GET /config_dump?mask=static_clusters.cluster.name",
                "GET /config_dump?mask=nothing");
    }

    @Test
    @Parity({
        "admin.stats",
        "admin.stats.filter",
        "admin.stats.invert_filter",
        "admin.stats.usedonly",
        "admin.stats.type",
        "admin.stats.format",
        "admin.stats.histogram_buckets",
        "admin.stats.prometheus",
        "admin.reset_counters"
    })
    void statisticsAreEnvoys() throws Exception {
        List<String> asked = new ArrayList<>();
        String names =
                "filter=^cluster.upstream.upstream_(rq_2|rq_time$|cx_active|cx_connect_fail$)";
        for (String format : List.of("", "&format=text", "&format=json", "&format=prometheus")) {
            asked.add("GET /stats?" + names + format);
            asked.add("GET /stats?usedonly&" + names + format);
            for (String type :
                    List.of("Counters", "Gauges", "Histograms", "TextReadouts", "All", "Other")) {
                asked.add("GET /stats?type=" + type + "&" + names + format);
            }
            for (String mode : List.of("cumulative", "disjoint", "detailed", "summary", "none")) {
                asked.add("GET /stats?histogram_buckets=" + mode + "&" + names + format);
            }
        }
        asked.add("GET /stats/prometheus?" + names);
        asked.add("GET /stats/prometheus?histogram_buckets=summary&" + names);
        asked.add("GET /stats/prometheus?histogram_buckets=detailed&" + names);
        asked.add("GET /stats?filter=(");
        asked.add("GET /stats?filter=[");
        asked.add("GET /stats?filter=nothing");
        asked.add("GET /stats?filter=nothing&format=json");
        asked.add("GET /stats?filter=nothing&format=prometheus");
        asked.add("GET /stats?filter=.&invert_filter");
        asked.add("POST /reset_counters");
        asked.add("GET /stats?filter=^cluster.upstream.upstream_rq_2");
        same(asked.toArray(String[]::new));
    }

    @Test
    @Parity({
        "admin.logging",
        "admin.runtime",
        "admin.runtime_modify",
        "admin.healthcheck",
        "admin.drain_listeners",
        "admin.reopen_logs",
        "admin.quitquitquit"
    })
    void whatChangesSomethingWantsPost() throws Exception {
        same(
                "GET /quitquitquit",
                "DELETE /quitquitquit",
                "GET /healthcheck/fail",
                "GET /healthcheck/ok",
                "GET /drain_listeners",
                "GET /drain_listeners?graceful",
                "GET /reset_counters",
                "GET /logging",
                "GET /runtime_modify?a=b",
                "GET /reopen_logs",
                "GET /cpuprofiler",
                "GET /heapprofiler",
                "GET /quitquitquit/",
                "GET /stats/",
                "GET //ready",
                "GET /nothing",
                "POST /nothing",
                "GET /runtime",
                "POST /runtime",
                "POST /runtime_modify",
                "POST /runtime_modify?a=b",
                "POST /reopen_logs",
                "POST /logging",
                "POST /logging?level=info",
                "POST /logging?http=debug",
                "POST /logging?http=info",
                "POST /logging?paths=http:debug,router:info",
                "POST /logging?paths=http",
                "POST /logging?paths=http:",
                "POST /logging?level=loud",
                "POST /logging?http=loud",
                "POST /logging?nothing=info",
                "POST /logging?a=b&c=d",
                "POST /logging?group=http:info",
                "POST /logging?level=info",
                "POST /healthcheck/fail",
                "GET /ready",
                "POST /healthcheck/ok",
                "GET /ready",
                "POST /drain_listeners?inboundonly",
                "POST /drain_listeners?skip_exit",
                "POST /drain_listeners?graceful",
                "GET /ready",
                "POST /drain_listeners",
                "GET /listeners",
                "GET /ready");
    }

    @Test
    @Parity({"layered_runtime.static_layer", "layered_runtime.admin_layer"})
    void runtimeLayersAreEnvoys() throws Exception {
        String layers =
                """
                layered_runtime:
                  layers:
                  - name: base
                    static_layer: {a: {b: 7, c: {d: text}}, flag: true, half: 0.5}
                  - name: more
                    static_layer: {a: {b: 8}, "e.f": "12"}
                  - name: admin
                    admin_layer: {}
                """;
        String[] asked = {
            "GET /runtime",
            "POST /runtime_modify?a.b=9&new=text",
            "GET /runtime",
            "POST /runtime_modify?a.b=&new=&flag=false",
            "GET /runtime",
            "POST /runtime_modify",
        };
        Map<String, String> envoy = answers(ProxyUnderTest::envoy, layers, true, asked);
        Map<String, String> ours = answers(OurProxy::start, layers, true, asked);

        assertThat(AdminDifferences.between(envoy, ours)).as("- Envoy, + ours").isEmpty();
    }

    /// What open connections, new ones and `/ready` do behind an order to drain.
    @Test
    @Parity({"admin.drain_listeners", "admin.drain_listeners.skip_exit", "admin.healthcheck.fail"})
    void drainingIsEnvoys() throws Exception {
        for (String order :
                List.of(
                        "POST /drain_listeners",
                        "POST /drain_listeners?inboundonly",
                        "POST /drain_listeners?graceful",
                        "POST /drain_listeners?skip_exit",
                        "POST /healthcheck/fail",
                        "POST /healthcheck/ok")) {
            assertThat(behind(OurProxy::start, order))
                    .as(order)
                    .isEqualTo(behind(ProxyUnderTest::envoy, order));
        }
    }

    private static List<String> behind(ProxyUnderTest.Launcher launcher, String order)
            throws IOException {
        String request = "GET / HTTP/1.1\r\nhost: test\r\n\r\n";
        try (ScriptedUpstream upstream = ScriptedUpstream.start();
                ProxyUnderTest proxy = launcher.start(bootstrap(upstream, ""))) {
            int port = proxy.admin().listenerPort("web");
            List<String> seen = new ArrayList<>();
            try (PlainClient old = PlainClient.connect(port)) {
                seen.add("first " + ends(old.call(request)));
                seen.add("order " + AdminShape.of(ask(proxy.admin().port(), order)));
                seen.add("old " + ends(old.call(request)));
            }
            seen.add("new " + stillConnects(port));
            seen.add(AdminShape.of(ask(proxy.admin().port(), "GET /ready")));
            return seen;
        }
    }

    private static String ends(Message response) {
        return response.status() + " " + response.header("connection").orElse("stays");
    }

    /// A worker closes its listeners a moment after the order was answered.
    private static boolean stillConnects(int port) throws IOException {
        long end = System.nanoTime() + SETTLED.toNanos();
        while (System.nanoTime() < end) {
            if (!connects(port)) {
                return false;
            }
            Deadline.pause(PAUSE_MILLIS);
        }
        return true;
    }

    private static boolean connects(int port) {
        try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    private static void same(String... asked) throws IOException {
        Map<String, String> envoy = answers(ProxyUnderTest::envoy, "", false, asked);
        Map<String, String> ours = answers(OurProxy::start, "", false, asked);

        assertThat(AdminDifferences.between(envoy, ours)).as("- Envoy, + ours").isEmpty();
    }

    private static Map<String, String> answers(
            ProxyUnderTest.Launcher launcher, String more, boolean whole, String... asked)
            throws IOException {
        try (ScriptedUpstream upstream = ScriptedUpstream.start();
                ProxyUnderTest proxy = launcher.start(bootstrap(upstream, more))) {
            int web = proxy.admin().listenerPort("web");
            for (int i = 0; i < 3; i++) {
                assertThat(PlainClient.get(web, "/").status()).isEqualTo(200);
            }
            // Envoy adds up histograms every five seconds.
            Deadline.await(
                    "a histogram",
                    Duration.ofSeconds(15),
                    () ->
                            proxy.admin()
                                    .get("/stats?filter=upstream.upstream_rq_time$")
                                    .contains("P0("),
                    proxy::log);
            Map<String, String> answers = new LinkedHashMap<>();
            int number = 0;
            for (String question : asked) {
                Message answer = ask(proxy.admin().port(), question);
                answers.put(
                        ++number + " " + question,
                        whole
                                ? answer.status() + "\n" + plain(answer.body())
                                : AdminShape.of(answer));
            }
            return answers;
        }
    }

    /// JSON says the same with any spaces.
    private static String plain(String body) {
        return body.startsWith("{") ? AdminShape.values(body) : body;
    }

    private static String bootstrap(ScriptedUpstream upstream, String more) throws IOException {
        Path log = Files.createTempFile("access", ".log");
        log.toFile().deleteOnExit();
        return new Placeholders(upstream.port(), 1, 1, log)
                        .fill(
                                StandardBootstrap.of(
                                        ROUTES, List.of(), List.of(), Map.of(), Map.of()))
                + more;
    }

    private static Message ask(int port, String question) throws IOException {
        try (PlainClient client = PlainClient.connect(port)) {
            return client.call(question + " HTTP/1.1\r\nhost: admin\r\ncontent-length: 0\r\n\r\n");
        }
    }
}
