package io.meltemi.testkit.differential;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.fixtures.http.PlainClient;
import io.meltemi.fixtures.http.ScriptedUpstream;
import io.meltemi.fixtures.parity.Parity;
import io.meltemi.testkit.Deadline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Values of the runtime decide at once what is logged, in Envoy and in ours.
final class RuntimeParityTest {
    private static final String LAYERS =
            """
            layered_runtime:
              layers:
              - name: fixed
                static_layer: {least: 300, share: 0}
              - name: admin
                admin_layer: {}
            """;

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
                                            "direct_response",
                                            Map.of("status", 404)))));

    @Test
    @Parity({
        "layered_runtime.static_layer",
        "layered_runtime.admin_layer",
        "access_log.filter.status_code_filter.comparison.value.runtime_key",
        "access_log.filter.runtime_filter.runtime_key"
    })
    void valuesDecideWhatIsLogged() throws Exception {
        List<String> envoy = logged(ProxyUnderTest::envoy);

        assertThat(logged(OurProxy::start)).isEqualTo(envoy);
        assertThat(envoy).contains("status /first", "share /third").doesNotContain("share /first");
    }

    private static List<String> logged(ProxyUnderTest.Launcher launcher) throws IOException {
        Path log = Files.createTempFile("access", ".log");
        try (ScriptedUpstream upstream = ScriptedUpstream.start();
                ProxyUnderTest proxy =
                        launcher.start(
                                new Placeholders(upstream.port(), 1, 1, log).fill(bootstrap())
                                        + LAYERS)) {
            int web = proxy.admin().listenerPort("web");
            PlainClient.get(web, "/first");
            modify(proxy, "least=500");
            PlainClient.get(web, "/second");
            modify(proxy, "least=&share=100");
            PlainClient.get(web, "/third");
            modify(proxy, "least=nonsense&share=nonsense");
            PlainClient.get(web, "/last");
            Deadline.await(
                    "the last line",
                    Duration.ofSeconds(10),
                    () -> Files.readString(log).contains("always /last"),
                    proxy::log);
            return Files.readAllLines(log);
        } finally {
            Files.delete(log);
        }
    }

    private static void modify(ProxyUnderTest proxy, String values) throws IOException {
        try (PlainClient client = PlainClient.connect(proxy.admin().port())) {
            assertThat(
                            client.call(
                                            "POST /runtime_modify?"
                                                    + values
                                                    + " HTTP/1.1\r\nhost: admin\r\n"
                                                    + "content-length: 0\r\n\r\n")
                                    .body())
                    .isEqualTo("OK\n");
        }
    }

    private static String bootstrap() {
        Map<String, Object> status =
                Map.of(
                        "status_code_filter",
                        Map.of(
                                "comparison",
                                Map.of(
                                        "op",
                                        "GE",
                                        "value",
                                        Map.of("default_value", 450, "runtime_key", "least"))));
        Map<String, Object> share =
                Map.of(
                        "runtime_filter",
                        Map.of(
                                "runtime_key",
                                "share",
                                "percent_sampled",
                                Map.of("numerator", 100),
                                "use_independent_randomness",
                                true));
        Map<String, Object> always = Map.of("not_health_check_filter", Map.of());
        return StandardBootstrap.of(
                ROUTES,
                List.of(),
                List.of(),
                Map.of(
                        "access_log",
                        List.of(log("status", status), log("share", share), log("always", always))),
                Map.of());
    }

    private static Map<String, Object> log(String name, Map<String, Object> filter) {
        return Map.of(
                "name",
                name,
                "filter",
                filter,
                "typed_config",
                Map.of(
                        "@type",
                        "type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog",
                        "path",
                        "LOG_PATH",
                        "log_format",
                        Map.of("text_format_source", Map.of("inline_string", name + " %PATH%\n"))));
    }
}
