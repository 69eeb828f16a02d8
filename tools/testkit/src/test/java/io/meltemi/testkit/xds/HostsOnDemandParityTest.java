package io.meltemi.testkit.xds;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
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
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A request whose virtual host is not there waits for it, and then goes on whole.
final class HostsOnDemandParityTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir Path logs;

    @Test
    @Parity({"http_filters.on_demand", "route_configuration.vhds"})
    void bothWaitForTheHostAndSendTheRequestWhole() throws Exception {
        List<String> envoy = played(ProxyUnderTest::envoy);

        assertThat(played(OurProxy::start)).isEqualTo(envoy);
        assertThat(envoy)
                .contains(
                        "fixed.com: 200 0",
                        "known.com: 200 0",
                        "known.com again: 200 5",
                        "large.com: 200 300000",
                        "Alias.com: 200 1000",
                        "port.com:8080: 200 0",
                        "pathless.com: 404",
                        "nothing.com: 404",
                        "nothing.com again: 404",
                        "log: known.com 200 via_upstream -",
                        "log: large.com 200 via_upstream -",
                        "log: nothing.com 404 route_not_found NR");
    }

    /// Envoy keeps the filters that took part before the host came.
    @Test
    @Parity("http_filters.on_demand")
    void whoComesFirstGetsAroundNoFilterThatTheRouteSwitchesOn() throws Exception {
        assertThat(guarded(ProxyUnderTest::envoy, 0)).isEqualTo("200 0, then 418");
        assertThat(guarded(ProxyUnderTest::envoy, 10)).isEqualTo("200 10, then 418");
        assertThat(guarded(OurProxy::start, 0)).isEqualTo("418, then 418");
        assertThat(guarded(OurProxy::start, 10)).isEqualTo("418, then 418");
    }

    /// Envoy has no answer to this: it waits until the stream is idle for too long.
    @Test
    @Parity("http_filters.on_demand")
    void oursTakesARemovalForAnAnswerAndWaitsNoLongerThanASecond() throws Exception {
        try (Stage stage = new Stage(OurProxy::start)) {
            CompletableFuture<String> removed = stage.asking("GONE.com:8080", 0);
            stage.awaitAsked("gone.com:8080");
            stage.say(List.of(), List.of("routes/gone.com:8080"));
            assertThat(removed.join()).isEqualTo("404");
            stage.control.awaitRequest(
                    ResourceType.VIRTUAL_HOST, "unsubscribe [routes/gone.com:8080]");

            long begin = System.nanoTime();
            assertThat(stage.asking("gone.com:8080", 0).join()).isEqualTo("404");
            assertThat(System.nanoTime() - begin).as("remembered").isLessThan(900_000_000L);

            begin = System.nanoTime();
            assertThat(stage.asking("silent.com", 0).join()).isEqualTo("404");
            assertThat(System.nanoTime() - begin).isBetween(900_000_000L, 8_000_000_000L);

            stage.say(List.of(host("silent.com", "silent.com")), List.of());
            assertThat(stage.asking("silent.com", 10).join()).isEqualTo("200 10");

            assertThat(stage.asking("no/host", 0).join()).isIn("400", "404");
            assertThat(stage.control.requests(ResourceType.VIRTUAL_HOST))
                    .noneMatch(line -> line.contains("no/host"));
        }
    }

    /// What a connection manager takes from the authority is not asked for either.
    @Test
    @Parity({"http_filters.on_demand", "strip_any_host_port", "strip_trailing_host_dot"})
    void bothAskForTheNameThatIsLeftOfTheAuthority() throws Exception {
        String trims = "strip_any_host_port: true, strip_trailing_host_dot: true, ";
        for (ProxyUnderTest.Launcher launcher : launchers()) {
            try (Stage stage = new Stage(launcher, trims)) {
                CompletableFuture<String> waiting = stage.asking("Dot.COM.:8080", 10);
                stage.awaitAsked("dot.com");
                stage.say(List.of(host("dot.com", "dot.com")), List.of());
                assertThat(waiting.join()).isEqualTo("200 10");
                assertThat(stage.asking("dot.com.", 0).join()).isEqualTo("200 0");
                assertThat(stage.asking("DOT.com:80", 0).join()).isEqualTo("200 0");
                assertThat(stage.control.requests(ResourceType.VIRTUAL_HOST))
                        .filteredOn(line -> line.contains("subscribe [routes/"))
                        .hasSize(1);
            }
        }
    }

    private static List<ProxyUnderTest.Launcher> launchers() {
        return List.of(ProxyUnderTest::envoy, OurProxy::start);
    }

    private String guarded(ProxyUnderTest.Launcher launcher, int bodyBytes) throws IOException {
        try (Stage stage = new Stage(launcher)) {
            CompletableFuture<String> waiting = stage.asking("guarded.com", bodyBytes);
            stage.awaitAsked("guarded.com");
            stage.say(List.of(guardedHost()), List.of());
            return waiting.join() + ", then " + stage.asking("guarded.com", bodyBytes).join();
        }
    }

    private List<String> played(ProxyUnderTest.Launcher launcher) throws IOException {
        try (Stage stage = new Stage(launcher)) {
            stage.note("fixed.com", stage.asking("fixed.com", 0).join());
            stage.waits("known.com", "known.com", 0);
            stage.note("known.com again", stage.asking("Known.com", 5).join());
            stage.waits("large.com", "large.com", 300_000);
            stage.waits("Alias.com", "service", 1_000);
            stage.waits("port.com:8080", "port.com", 0);
            stage.waits("pathless.com", pathlessHost(), 0);
            together(stage);
            nothing(stage);
            stage.finish();
            return stage.lines;
        }
    }

    /// Two requests wait for one name.
    private static void together(Stage stage) throws IOException {
        CompletableFuture<String> one = stage.asking("both.com", 0);
        CompletableFuture<String> other = stage.asking("both.com", 20);
        stage.awaitAsked("both.com");
        Deadline.await("both requests", SOON, () -> stage.active() == 2, stage.proxy::log);
        stage.say(List.of(host("both.com", "both.com")), List.of());
        stage.note("both.com", one.join() + " " + other.join());
    }

    private static void nothing(Stage stage) throws IOException {
        CompletableFuture<String> nothing = stage.asking("nothing.com", 100);
        stage.awaitAsked("nothing.com");
        stage.say(
                List.of(answer("nothing.com", "nothing.com", Any.getDefaultInstance())), List.of());
        stage.note("nothing.com", nothing.join());
        CompletableFuture<String> again = stage.asking("nothing.com", 0);
        Deadline.await(
                "the request", SOON, () -> again.isDone() || stage.active() == 1, stage.proxy::log);
        stage.say(
                List.of(answer("nothing.com", "nothing.com", Any.getDefaultInstance())), List.of());
        stage.note("nothing.com again", again.join());
        stage.say(List.of(host("nothing.com", "nothing.com")), List.of());
        Deadline.await(
                "the host that came",
                SOON,
                () -> stage.asking("nothing.com", 7).join().equals("200 7"),
                stage.proxy::log);
    }

    /// Where virtual hosts are asked for. Confined to its test.
    private final class Stage extends OnDemandStage {
        Stage(ProxyUnderTest.Launcher launcher) throws IOException {
            this(launcher, "");
        }

        /// @param more fields of the connection manager
        Stage(ProxyUnderTest.Launcher launcher, String more) throws IOException {
            super(launcher, ResourceType.VIRTUAL_HOST, logs);
            control.respond(
                    ResourceType.CLUSTER,
                    "c1",
                    List.of(XdsResources.fixedCluster("up", upstream.port())),
                    List.of());
            control.respond(ResourceType.LISTENER, "l1", List.of(listener(log, more)), List.of());
            control.respondAndAwait(ResourceType.ROUTE, "r1", List.of(routes()), List.of());
            say(List.of(), List.of("routes/-"));
            awaitReady();
        }

        void awaitAsked(String host) throws IOException {
            control.awaitRequest(ResourceType.VIRTUAL_HOST, "subscribe [routes/" + host + "]");
        }

        void waits(String asked, String answer, int bodyBytes) throws IOException {
            waits(asked, host(answer, asked.toLowerCase(Locale.ROOT)), bodyBytes);
        }

        void waits(String asked, XdsResource answer, int bodyBytes) throws IOException {
            CompletableFuture<String> waiting = asking(asked, bodyBytes);
            awaitAsked(asked.toLowerCase(Locale.ROOT));
            say(List.of(answer), List.of());
            note(asked, waiting.join());
        }

        CompletableFuture<String> asking(String host, int bodyBytes) {
            return sending("/ HTTP/1.1\r\nhost: " + host + "\r\n", bodyBytes);
        }

        /// What was asked of the control plane, and what is in the log.
        void finish() throws IOException {
            asked().stream()
                    .filter(line -> line.contains("routes/"))
                    .distinct()
                    .forEach(lines::add);
            noteLog("nothing.com 200");
        }
    }

    private static XdsResource listener(Path log, String more) {
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
                      MORE
                      rds: {route_config_name: routes, config_source: SOURCE}
                      access_log:
                      - name: log
                        typed_config:
                          "@type": type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog
                          path: LOG
                          log_format:
                            text_format_source:
                              inline_string: "%REQ(:AUTHORITY)% %RESPONSE_CODE% %RESPONSE_CODE_DETAILS% %RESPONSE_FLAGS%\\n"
                      http_filters:
                      - name: envoy.filters.http.on_demand
                        typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.on_demand.v3.OnDemand}
                      - name: guard
                        disabled: true
                        typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.fault.v3.HTTPFault}
                      - name: envoy.filters.http.router
                        typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
                """
                        .replace("SOURCE", Bootstraps.source("DELTA_GRPC", "ads"))
                        .replace("LOG", log.toString())
                        .replace("MORE", more.replace(", ", "\n      ")));
    }

    private static XdsResource routes() {
        return YamlResource.of(
                ResourceType.ROUTE,
                "routes",
                """
                name: routes
                vhds: {config_source: {ads: {}, resource_api_version: V3}}
                virtual_hosts:
                - name: fixed
                  domains: [fixed.com]
                  routes:
                  - {match: {prefix: /}, route: {cluster: up}}
                """);
    }

    private static XdsResource host(String name, String asked) {
        return host(name, asked, "/", "");
    }

    private static XdsResource guardedHost() {
        return host(
                "guarded",
                "guarded.com",
                "/",
                """
                typed_per_filter_config:
                  guard:
                    "@type": type.googleapis.com/envoy.extensions.filters.http.fault.v3.HTTPFault
                    abort: {http_status: 418, percentage: {numerator: 100}}
                """);
    }

    private static XdsResource pathlessHost() {
        return host("pathless.com", "pathless.com", "/only", "");
    }

    private static XdsResource host(String name, String asked, String prefix, String more) {
        XdsResource host =
                YamlResource.of(
                        ResourceType.VIRTUAL_HOST,
                        "routes/" + name,
                        """
                        name: routes/NAME
                        domains: ["ASKED"]
                        routes:
                        - {match: {prefix: PREFIX}, route: {cluster: up}}
                        """
                                        .replace("NAME", name)
                                        .replace("ASKED", asked)
                                        .replace("PREFIX", prefix)
                                + more);
        return answer(name, asked, host.body());
    }

    private static XdsResource answer(String name, String asked, Any body) {
        return new XdsResource(
                ResourceType.VIRTUAL_HOST, "routes/" + name, "", body, List.of("routes/" + asked));
    }
}
