package io.meltemi.testkit.xds;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.fixtures.parity.Parity;
import io.meltemi.testkit.Deadline;
import io.meltemi.testkit.YamlResource;
import io.meltemi.testkit.differential.OurProxy;
import io.meltemi.testkit.differential.ProxyUnderTest;
import io.meltemi.xds.snapshot.ResourceType;
import io.meltemi.xds.snapshot.XdsResource;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A request whose cluster is not there waits for it, and then goes on whole.
final class ClustersOnDemandParityTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final int LARGE = 300_000;

    @TempDir Path logs;

    @ParameterizedTest
    @ValueSource(strings = {"ads", "separate"})
    @Parity({"http_filters.on_demand", "http_filters.on_demand.odcds"})
    void bothWaitForTheClusterAndSendTheRequestWhole(String way) throws Exception {
        List<String> envoy = played(way, ProxyUnderTest::envoy);

        assertThat(played(way, OurProxy::start)).isEqualTo(envoy);
        assertThat(envoy)
                .contains(
                        "/any known: 200 0",
                        "/any one: 200 0",
                        "/any one again: 200 5",
                        "/any large: 200 300000",
                        "/any eds: 200 10",
                        "/plain: 200 1000",
                        "/weighted: 200 20",
                        "/any both: 200 0 200 30",
                        "/any gone: 503",
                        "/off off: 503",
                        "/any without: 503",
                        "/short silent: 503",
                        "/short wrong: 503",
                        "/short late: 200 0",
                        "log: one 200 via_upstream -",
                        "log: gone 503 cluster_not_found NC");
    }

    /// Envoy asks once and waits for the answer that it had already, each time for as long as it
    /// may.
    @Test
    @Parity("http_filters.on_demand.odcds")
    void oursRemembersWhatIsNotThereAndAsksAgain() throws Exception {
        try (Stage stage = new Stage("ads", OurProxy::start)) {
            CompletableFuture<String> waiting = stage.asking("/any", "gone", 0);
            stage.awaitAsked("gone");
            stage.say(List.of(), List.of("gone"));
            assertThat(waiting.join()).isEqualTo("503");
            stage.control.awaitRequest(ResourceType.CLUSTER, "unsubscribe [gone]");

            // Longer than this test waits for anything.
            assertThat(stage.asking("/any", "gone", 10).join()).isEqualTo("503");
            Deadline.await(
                    "another question",
                    SOON,
                    () -> {
                        var _ = stage.asking("/short", "gone", 0).join();
                        return stage.asked("gone") == 2;
                    },
                    stage.proxy::log);
            stage.say(List.of(stage.cluster("gone")), List.of());
            assertThat(stage.asking("/any", "gone", 10).join()).isEqualTo("200 10");

            stage.say(List.of(), List.of("gone"));
            Deadline.await(
                    "no cluster",
                    SOON,
                    () -> stage.asking("/off", "gone", 0).join().equals("503"),
                    stage.proxy::log);
            assertThat(stage.asking("/any", "*", 0).join()).isEqualTo("503");
            assertThat(stage.asking("/any", "x".repeat(2_000), 0).join()).isEqualTo("503");
            assertThat(stage.control.requests(ResourceType.CLUSTER))
                    .noneMatch(line -> line.contains("xxx") || line.contains("subscribe [*]"));
        }
    }

    private List<String> played(String way, ProxyUnderTest.Launcher launcher) throws IOException {
        try (Stage stage = new Stage(way, launcher)) {
            stage.note("/any known", stage.asking("/any", "up", 0).join());
            stage.waits("/any", "one", 0);
            stage.note("/any one again", stage.asking("/any", "one", 5).join());
            stage.waits("/any", "large", LARGE);
            CompletableFuture<String> eds = stage.asking("/any", "eds", 10);
            stage.awaitAsked("eds");
            // Envoy acknowledges it when it has endpoints.
            stage.control.respond(
                    ResourceType.CLUSTER,
                    "2",
                    List.of(stage.resources.dynamicCluster("eds")),
                    List.of());
            stage.control.awaitRequest(ResourceType.ENDPOINT, "[eds]");
            stage.control.respond(
                    ResourceType.ENDPOINT,
                    "e",
                    List.of(XdsResources.endpoints("eds", stage.upstream.port())),
                    List.of());
            stage.note("/any eds", eds.join());
            stage.waits("/plain", "", "plain", 1_000);
            stage.waits("/weighted", "", "weighted", 20);
            together(stage);
            CompletableFuture<String> gone = stage.asking("/any", "gone", 100);
            stage.awaitAsked("gone");
            stage.say(List.of(), List.of("gone"));
            stage.note("/any gone", gone.join());
            stage.note("/off off", stage.asking("/off", "off", 0).join());
            stage.note("/any without", stage.asking("/any", "", 0).join());
            late(stage);
            stage.finish();
            return stage.lines;
        }
    }

    private static void together(Stage stage) throws IOException {
        CompletableFuture<String> one = stage.asking("/any", "both", 0);
        CompletableFuture<String> other = stage.asking("/any", "both", 30);
        stage.awaitAsked("both");
        Deadline.await("both requests", SOON, () -> stage.active() == 2, stage.proxy::log);
        stage.say(List.of(stage.cluster("both")), List.of());
        stage.note("/any both", one.join() + " " + other.join());
    }

    /// What comes too late, or is refused.
    private static void late(Stage stage) throws IOException {
        CompletableFuture<String> silent = stage.asking("/short", "silent", 0);
        stage.awaitAsked("silent");
        stage.note("/short silent", silent.join());
        CompletableFuture<String> wrong = stage.asking("/short", "wrong", 0);
        stage.awaitAsked("wrong");
        String nonce =
                stage.control.respond(
                        ResourceType.CLUSTER, "bad", List.of(wrongCluster()), List.of());
        stage.control.awaitRequest(ResourceType.CLUSTER, "nonce '" + nonce + "' error 13");
        stage.note("/short wrong", wrong.join());
        stage.say(List.of(stage.cluster("silent")), List.of());
        Deadline.await(
                "the cluster that came late",
                SOON,
                () -> stage.asking("/off", "silent", 0).join().equals("200 0"),
                stage.proxy::log);
        stage.note("/short late", stage.asking("/short", "silent", 0).join());
    }

    private static XdsResource wrongCluster() {
        return YamlResource.of(
                ResourceType.CLUSTER,
                "wrong",
                """
                name: wrong
                type: STATIC
                connect_timeout: 1s
                load_assignment:
                  cluster_name: wrong
                  endpoints:
                  - lb_endpoints:
                    - endpoint: {address: {socket_address: {address: no-address, port_value: 1}}}
                """);
    }

    /// Where clusters are asked for. Confined to its test.
    private final class Stage extends OnDemandStage {
        private final XdsResources resources;

        /// @param way where clusters are asked for: `ads`, or `separate` for a stream of their own
        Stage(String way, ProxyUnderTest.Launcher launcher) throws IOException {
            super(launcher, ResourceType.CLUSTER, logs);
            resources = new XdsResources(Bootstraps.source("DELTA_GRPC", "ads"));
            control.respondAndAwait(ResourceType.CLUSTER, "c1", List.of(cluster("up")), List.of());
            String source = Bootstraps.source("DELTA_GRPC", way);
            control.respondAndAwait(
                    ResourceType.LISTENER, "l1", List.of(listener(log, source)), List.of());
            awaitReady();
        }

        XdsResource cluster(String name) {
            return XdsResources.fixedCluster(name, upstream.port());
        }

        void awaitAsked(String cluster) throws IOException {
            control.awaitRequest(ResourceType.CLUSTER, question(cluster));
        }

        private static String question(String cluster) {
            return "subscribe [" + cluster + "]";
        }

        /// How often a cluster was asked for.
        long asked(String cluster) {
            return asked().stream().filter(line -> line.startsWith(question(cluster))).count();
        }

        void waits(String path, String name, int bodyBytes) throws IOException {
            waits(path, name, name, bodyBytes);
        }

        void waits(String path, String header, String cluster, int bodyBytes) throws IOException {
            CompletableFuture<String> waiting = asking(path, header, bodyBytes);
            awaitAsked(cluster);
            say(List.of(cluster(cluster)), List.of());
            note((path + " " + header).strip(), waiting.join());
        }

        CompletableFuture<String> asking(String path, String cluster, int bodyBytes) {
            String named = cluster.isEmpty() ? "" : "x-cluster: " + cluster + "\r\n";
            return sending(path + " HTTP/1.1\r\nhost: a.com\r\n" + named, bodyBytes);
        }

        /// What was asked of the control plane, and what is in the log.
        void finish() throws IOException {
            asked().stream()
                    .filter(line -> line.contains("[") && !line.contains("[]"))
                    .forEach(lines::add);
            noteLog("silent 200");
        }
    }

    private static XdsResource listener(Path log, String source) {
        return YamlResource.of(
                ResourceType.LISTENER,
                "web",
                """
                name: web
                address: {socket_address: {address: 127.0.0.1, port_value: 0}}
                filter_chains:
                - filters:
                  - name: envoy.filters.network.http_connection_manager
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                      stat_prefix: web
                      access_log:
                      - name: log
                        typed_config:
                          "@type": type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog
                          path: LOG
                          log_format:
                            text_format_source:
                              inline_string: "%REQ(X-CLUSTER)% %RESPONSE_CODE% %RESPONSE_CODE_DETAILS% %RESPONSE_FLAGS%\\n"
                      route_config:
                        name: routes
                        validate_clusters: false
                        virtual_hosts:
                        - name: all
                          domains: ["*"]
                          routes:
                          - {match: {prefix: /any}, route: {cluster_header: x-cluster}}
                          - {match: {prefix: /plain}, route: {cluster: plain}}
                          - match: {prefix: /weighted}
                            route: {weighted_clusters: {clusters: [{name: weighted, weight: 1}]}}
                          - match: {prefix: /off}
                            route: {cluster_header: x-cluster}
                            typed_per_filter_config:
                              envoy.filters.http.on_demand: {"@type": type.googleapis.com/envoy.extensions.filters.http.on_demand.v3.PerRouteConfig}
                          - match: {prefix: /short}
                            route: {cluster_header: x-cluster}
                            typed_per_filter_config:
                              envoy.filters.http.on_demand:
                                "@type": type.googleapis.com/envoy.extensions.filters.http.on_demand.v3.PerRouteConfig
                                odcds: {source: SOURCE, timeout: 0.3s}
                      http_filters:
                      - name: envoy.filters.http.on_demand
                        typed_config:
                          "@type": type.googleapis.com/envoy.extensions.filters.http.on_demand.v3.OnDemand
                          odcds: {source: SOURCE, timeout: 60s}
                      - name: envoy.filters.http.router
                        typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
                """
                        .replace("SOURCE", source)
                        .replace("LOG", log.toString()));
    }
}
