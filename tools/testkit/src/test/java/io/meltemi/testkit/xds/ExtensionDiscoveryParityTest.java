package io.meltemi.testkit.xds;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.fixtures.http.PlainClient;
import io.meltemi.fixtures.parity.Parity;
import io.meltemi.testkit.Deadline;
import io.meltemi.testkit.YamlResource;
import io.meltemi.testkit.differential.OurProxy;
import io.meltemi.testkit.differential.ProxyUnderTest;
import io.meltemi.xds.snapshot.ResourceType;
import io.meltemi.xds.snapshot.XdsResource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// HTTP filters whose configuration comes by itself (ECDS).
final class ExtensionDiscoveryParityTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String STATS = "extension_config_discovery.http_filter.";

    @TempDir Path files;

    @ParameterizedTest
    @ValueSource(strings = {"DELTA_GRPC", "GRPC"})
    @Parity({
        "http_filters.config_discovery.config_source",
        "http_filters.config_discovery.default_config",
        "http_filters.config_discovery.apply_default_config_without_warming",
        "http_filters.config_discovery.type_urls",
        "admin.config_dump.ecds"
    })
    void filtersComeChangeAndGoInBothAlike(String dialect) throws Exception {
        List<String> envoy = played(ProxyUnderTest::envoy, dialect);

        assertThat(played(OurProxy::start, dialect)).isEqualTo(envoy);
        assertThat(envoy)
                .contains(
                        "awaited: not open",
                        "nothing of d: 401 418 419 500 open 500",
                        "all: 401 418 419 404 open 200",
                        "a changed: 402 418 419 404 open 200",
                        "another type: refused",
                        "a stays: 402 418 419 404 open 200",
                        "under way: 200, then 402");
    }

    @Test
    @Parity({
        "http_filters.config_discovery.default_config",
        "http_filters.config_discovery.type_urls"
    })
    void bothRefuseWhatCannotWork() throws Exception {
        List<String> refused = List.of("refused", "refused", "refused", "refused", "taken");

        assertThat(offered(ProxyUnderTest::envoy)).isEqualTo(refused);
        assertThat(offered(OurProxy::start)).isEqualTo(refused);
    }

    private static List<String> offered(ProxyUnderTest.Launcher launcher) throws IOException {
        String ads = Bootstraps.source("DELTA_GRPC", "ads");
        String good = discovered("a", ads, "");
        List<String> offers =
                List.of(
                        good.replaceFirst("type_urls: .*", ""),
                        good.replace("fault.v3.HTTPFault", "fault.v3.Nothing"),
                        good + "    apply_default_config_without_warming: true\n",
                        good.replace("fault.v3.HTTPFault", "buffer.v3.Buffer") + usual("a", 401),
                        good);
        List<String> verdicts = new ArrayList<>();
        try (ScriptedControlPlane control = new ScriptedControlPlane();
                ProxyUnderTest _ =
                        launcher.start(Bootstraps.of("DELTA_GRPC", "ads", control.port()))) {
            control.respond(ResourceType.CLUSTER, "c1", List.of(), List.of());
            for (String offer : offers) {
                verdicts.add(
                        verdict(
                                control,
                                ResourceType.LISTENER,
                                "l",
                                List.of(listener(offer)),
                                List.of()));
            }
        }
        return verdicts;
    }

    private static String verdict(
            ScriptedControlPlane control,
            ResourceType type,
            String version,
            List<XdsResource> changed,
            List<String> removed)
            throws IOException {
        String answer = "nonce '" + control.respond(type, version, changed, removed) + "'";
        control.awaitRequest(type, answer);
        boolean isRefused =
                control.requests(type).stream()
                        .anyMatch(line ->
                                line.contains(answer) && !line.contains(answer + " error 0"));
        return isRefused ? "refused" : "taken";
    }

    @Test
    @Parity({
        "http_filters.config_discovery.config_source.api_config_source",
        "http_filters.config_discovery.config_source.path_config_source"
    })
    void filtersComeOverStreamsOfTheirOwnAndOfFiles() throws Exception {
        for (String dialect : List.of("DELTA_GRPC", "GRPC")) {
            String source = Bootstraps.source(dialect, "separate");
            assertThat(alone(OurProxy::start, source, dialect))
                    .isEqualTo(alone(ProxyUnderTest::envoy, source, dialect))
                    .isEqualTo("401 then 402");
        }
        Path file = files.resolve("a.yaml");
        String source = "{resource_api_version: V3, path_config_source: {path: " + file + "}}";
        Files.writeString(file, file(401));
        assertThat(alone(OurProxy::start, source, "file")).isEqualTo("401 then 402");
        Files.writeString(file, file(401));
        assertThat(alone(ProxyUnderTest::envoy, source, "file")).isEqualTo("401 then 402");
    }

    private static String file(int status) {
        return """
        version_info: "1"
        resources:
        - "@type": type.googleapis.com/envoy.config.core.v3.TypedExtensionConfig
          name: a
          typed_config:
        """
                + fault("a", status).indent(4);
    }

    private String alone(ProxyUnderTest.Launcher launcher, String source, String dialect)
            throws IOException {
        try (ScriptedControlPlane control = new ScriptedControlPlane();
                ProxyUnderTest proxy =
                        launcher.start(Bootstraps.of("DELTA_GRPC", "ads", control.port()))) {
            control.respond(ResourceType.CLUSTER, "c1", List.of(), List.of());
            control.respond(
                    ResourceType.LISTENER,
                    "l1",
                    List.of(listener(discovered("a", source, ""))),
                    List.of());
            boolean isFile = dialect.equals("file");
            if (!isFile) {
                control.respond(ResourceType.EXTENSION, "1", List.of(config("a", 401)), List.of());
            }
            Deadline.await("readiness", SOON, proxy.admin()::isReady, proxy::log);
            String before = Integer.toString(status(proxy, "/", "a"));
            if (isFile) {
                Path fresh = Files.writeString(files.resolve("fresh"), file(402));
                Files.move(fresh, files.resolve("a.yaml"), StandardCopyOption.REPLACE_EXISTING);
            } else {
                control.respond(ResourceType.EXTENSION, "2", List.of(config("a", 402)), List.of());
            }
            Deadline.await("the change", SOON, () -> status(proxy, "/", "a") == 402, proxy::log);
            return before + " then 402";
        }
    }

    private static List<String> played(ProxyUnderTest.Launcher launcher, String dialect)
            throws IOException {
        try (Stage stage = new Stage(launcher, dialect)) {
            stage.warm();
            stage.change();
            stage.keepUnderWay();
            stage.refuse();
            if (dialect.equals("DELTA_GRPC")) {
                stage.remove();
            }
            stage.finish();
            return stage.lines;
        }
    }

    private static int status(ProxyUnderTest proxy, String path, String header) throws IOException {
        try (PlainClient client = PlainClient.connect(proxy.admin().listenerPort("web"))) {
            return client.call(request(path, header)).status();
        }
    }

    private static String request(String path, String header) {
        return "GET " + path + " HTTP/1.1\r\nhost: here\r\nx-" + header + ": 1\r\n\r\n";
    }

    /// A proxy and its control plane. Confined to its test.
    private static final class Stage implements AutoCloseable {
        private final List<String> lines = new ArrayList<>();
        private final ScriptedControlPlane control = new ScriptedControlPlane();
        private final ProxyUnderTest proxy;

        Stage(ProxyUnderTest.Launcher launcher, String dialect) throws IOException {
            proxy = launcher.start(Bootstraps.of(dialect, "ads", control.port()));
            control.respond(ResourceType.CLUSTER, "c1", List.of(), List.of());
            String ads = Bootstraps.source(dialect, "ads");
            String brief = ads.replace("60s", "1s");
            control.respond(
                    ResourceType.LISTENER,
                    "l1",
                    List.of(
                            listener(
                                    discovered("a", ads, "")
                                            + discovered("b", brief, usual("b", 418))
                                            + discovered(
                                                    "c",
                                                    ads,
                                                    usual("c", 419)
                                                            + "    apply_default_config_without_warming: true\n")
                                            + discovered("d", brief, ""))),
                    List.of());
        }

        /// The listener opens when `a` is there and `b` and `d` are late; `d` has no default.
        void warm() throws IOException {
            control.awaitRequest(ResourceType.EXTENSION, "a");
            Deadline.await(
                    "the first fetches to be late", SOON, () -> late("b") && late("d"), proxy::log);
            lines.add("awaited: " + (proxy.admin().isReady() ? "open" : "not open"));
            say("first", List.of(config("a", 401)), List.of());
            Deadline.await("readiness", SOON, proxy.admin()::isReady, proxy::log);
            probe("nothing of d");
            say("d", List.of(config("a", 401), config("d", 404)), List.of());
            probe("all");
        }

        private boolean late(String filter) throws IOException {
            return proxy.admin().stat(STATS + filter + ".init_fetch_timeout") == 1;
        }

        void change() throws IOException {
            try (PlainClient kept = PlainClient.connect(proxy.admin().listenerPort("web"))) {
                lines.add("kept: " + kept.call(request("/", "a")).status());
                say("change", List.of(config("a", 402), config("d", 404)), List.of());
                awaitStatus("a", 402);
                lines.add("kept after: " + kept.call(request("/", "a")).status());
            }
            probe("a changed");
        }

        /// A request that the old filter delays is not met by the new one.
        void keepUnderWay() throws IOException {
            say("slow", List.of(slow("a"), config("d", 404)), List.of());
            awaitStatus("a", 200);
            CompletableFuture<Integer> slow =
                    CompletableFuture.supplyAsync(
                            () -> {
                                try {
                                    return status(proxy, "/", "a");
                                } catch (IOException e) {
                                    throw new UncheckedIOException(e);
                                }
                            },
                            task -> Thread.ofVirtual().start(task));
            Deadline.await(
                    "the request",
                    SOON,
                    () -> proxy.admin().stat("http.web.downstream_rq_active") == 1,
                    proxy::log);
            say("fast", List.of(config("a", 402), config("d", 404)), List.of());
            awaitStatus("a", 402);
            lines.add("under way: " + slow.join() + ", then " + status(proxy, "/", "a"));
        }

        void refuse() throws IOException {
            say("another type", List.of(buffer("a")), List.of());
            probe("a stays");
            say("wrong", List.of(config("a", 1000)), List.of());
            probe("a still stays");
        }

        void remove() throws IOException {
            say("b comes", List.of(config("b", 444)), List.of());
            awaitStatus("b", 444);
            say("b goes", List.of(), List.of("b"));
            awaitStatus("b", 418);
            probe("b as usual");
            say("a goes", List.of(), List.of("a"));
            awaitStatus("a", 500);
            probe("nothing of a");
            say("a again", List.of(config("a", 402)), List.of());
            awaitStatus("a", 402);
            probe("a is back");
        }

        private void awaitStatus(String header, int status) throws IOException {
            Deadline.await(
                    header + " answers " + status,
                    SOON,
                    () -> status(proxy, "/", header) == status,
                    proxy::log);
        }

        private void say(String what, List<XdsResource> changed, List<String> removed)
                throws IOException {
            lines.add(
                    what + ": " + verdict(control, ResourceType.EXTENSION, what, changed, removed));
        }

        private void probe(String what) throws IOException {
            StringBuilder line = new StringBuilder(what + ":");
            for (String header : List.of("a", "b", "c", "d")) {
                line.append(' ').append(status(proxy, "/", header));
            }
            lines.add(line + " open " + status(proxy, "/open", "a"));
        }

        void finish() throws IOException {
            for (String filter : List.of("a", "b", "c", "d")) {
                note(filter, "config_reload");
                note(filter, "config_conflict");
                note(filter, "init_fetch_timeout");
            }
            // Envoy counts a refused response for every filter; ours for whom it was meant.
            note("a", "config_fail");
            note("a", "update_rejected");
            String dump = proxy.admin().get("/config_dump");
            Matcher types =
                    Pattern.compile("\"(type.googleapis.com/envoy.admin[^\"]*)").matcher(dump);
            while (types.find()) {
                lines.add("dump: " + types.group(1));
            }
            String ecds = dump.substring(dump.indexOf("EcdsConfigDump"));
            Matcher names =
                    Pattern.compile("\"version_info\": *\"([^\"]*)\"|\"name\": *\"([a-d])\"")
                            .matcher(ecds.substring(0, ecds.indexOf("admin.v3", 1)));
            List<String> shown = new ArrayList<>();
            while (names.find()) {
                shown.add(names.group());
            }
            shown.sort(null);
            lines.addAll(shown);
        }

        private void note(String filter, String stat) throws IOException {
            lines.add(filter + '.' + stat + ' ' + proxy.admin().stat(STATS + filter + '.' + stat));
        }

        @Override
        public void close() throws IOException {
            proxy.close();
            control.close();
        }
    }

    private static String fault(String header, int status) {
        return """
        "@type": type.googleapis.com/envoy.extensions.filters.http.fault.v3.HTTPFault
        abort: {http_status: STATUS, percentage: {numerator: 100}}
        headers: [{name: x-HEADER, present_match: true}]
        """
                .replace("STATUS", Integer.toString(status))
                .replace("HEADER", header);
    }

    private static String usual(String header, int status) {
        return "    default_config:\n" + fault(header, status).indent(6);
    }

    private static XdsResource config(String name, int status) {
        return YamlResource.of(
                ResourceType.EXTENSION,
                name,
                "name: " + name + "\ntyped_config:\n" + fault(name, status).indent(2));
    }

    private static XdsResource slow(String name) {
        return YamlResource.of(
                ResourceType.EXTENSION,
                name,
                "name: "
                        + name
                        + "\ntyped_config:\n"
                        + fault(name, 401)
                                .replaceFirst(
                                        "abort: .*",
                                        "delay: {fixed_delay: 1.5s, percentage: {numerator: 100}}")
                                .indent(2));
    }

    private static XdsResource buffer(String name) {
        return YamlResource.of(
                ResourceType.EXTENSION,
                name,
                """
                name: NAME
                typed_config:
                  "@type": type.googleapis.com/envoy.extensions.filters.http.buffer.v3.Buffer
                  max_request_bytes: 10
                """
                        .replace("NAME", name));
    }

    private static String discovered(String name, String source, String more) {
        return "- name: "
                + name
                + "\n  config_discovery:\n    config_source: "
                + source
                + "\n    type_urls: [type.googleapis.com/envoy.extensions.filters.http.fault.v3.HTTPFault]\n"
                + more;
    }

    private static XdsResource listener(String filters) {
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
                      route_config:
                        name: routes
                        virtual_hosts:
                        - name: all
                          domains: ["*"]
                          routes:
                          - match: {prefix: /open}
                            direct_response: {status: 200}
                            typed_per_filter_config:
                              a:
                                "@type": type.googleapis.com/envoy.config.route.v3.FilterConfig
                                disabled: true
                          - {match: {prefix: /}, direct_response: {status: 200}}
                      http_filters:
                FILTERS
                      - name: envoy.filters.http.router
                        typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
                """
                        .replace("FILTERS\n", filters.indent(6)));
    }
}
