package io.meltemi.testkit.differential;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.fixtures.http.PlainClient;
import io.meltemi.fixtures.http.ScriptedUpstream;
import io.meltemi.testkit.Deadline;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Which side of a call the spans of a proxy stand for, in Envoy's words.
final class TraceKindTest {
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final String TRACER = "envoy.tracers.opentelemetry";
    private static final String ROUTER = "envoy.filters.http.router";

    @ParameterizedTest
    @CsvSource({
        "INBOUND,     false, false, 1",
        "OUTBOUND,    false, false, 1",
        "OUTBOUND,    true,  false, 2",
        "OUTBOUND,    false, true,  2",
    })
    void oursIsEnvoys(String direction, boolean spawns, boolean childSpans, int count)
            throws Exception {
        List<String> envoy = spans(direction, spawns, childSpans, count, ProxyUnderTest::envoy);
        List<String> ours = spans(direction, spawns, childSpans, count, OurProxy::start);

        assertThat(ours).containsExactlyInAnyOrderElementsOf(envoy);
    }

    private static List<String> spans(
            String direction,
            boolean spawns,
            boolean childSpans,
            int count,
            ProxyUnderTest.Launcher launcher)
            throws Exception {
        Path log = Files.createTempFile("access", ".log");
        try (SpanCollector collector = SpanCollector.start();
                ScriptedUpstream upstream = ScriptedUpstream.start();
                ProxyUnderTest proxy =
                        launcher.start(
                                new Placeholders(upstream.port(), 1, 1, log)
                                        .fill(
                                                bootstrap(
                                                        direction,
                                                        spawns,
                                                        childSpans,
                                                        collector.port())))) {
            call(proxy);
            Deadline.await(
                    count + " spans",
                    PATIENCE,
                    () -> collector.spans().size() >= count,
                    proxy::log);
            return collector.spans().stream().map(TraceKindTest::text).toList();
        } finally {
            Files.delete(log);
        }
    }

    private static void call(ProxyUnderTest proxy) throws IOException {
        assertThat(PlainClient.get(proxy.admin().listenerPort("web"), "/").status()).isEqualTo(200);
    }

    private static String text(Span span) {
        return span.getKind()
                + " "
                + span.getName()
                + " child:"
                + !span.getParentSpanId().isEmpty();
    }

    private static String bootstrap(
            String direction, boolean spawns, boolean childSpans, int collector) {
        Map<String, Object> provider =
                Map.of(
                        "@type",
                        "type.googleapis.com/envoy.config.trace.v3.OpenTelemetryConfig",
                        "grpc_service",
                        Map.of("envoy_grpc", Map.of("cluster_name", "collector"), "timeout", "5s"),
                        "service_name",
                        "test");
        Map<String, Object> tracing =
                Map.of(
                        "provider",
                        Map.of("name", TRACER, "typed_config", provider),
                        "spawn_upstream_span",
                        spawns);
        Map<String, Object> router =
                Map.of(
                        "@type",
                        "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router",
                        "start_child_span",
                        childSpans);
        return StandardBootstrap.of(
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
                                                Map.of("cluster", "upstream"))))),
                List.of(Map.of("name", ROUTER, "typed_config", router)),
                List.of(cluster(collector)),
                Map.of("tracing", tracing),
                Map.of("traffic_direction", direction));
    }

    private static Map<String, Object> cluster(int port) {
        Map<String, Object> address = Map.of("address", "127.0.0.1", "port_value", port);
        Map<String, Object> endpoint =
                Map.of("endpoint", Map.of("address", Map.of("socket_address", address)));
        Map<String, Object> http2 =
                Map.of(
                        "@type",
                        "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
                        "explicit_http_config",
                        Map.of("http2_protocol_options", Map.of()));
        return Map.of(
                "name",
                "collector",
                "type",
                "STATIC",
                "typed_extension_protocol_options",
                Map.of("envoy.extensions.upstreams.http.v3.HttpProtocolOptions", http2),
                "load_assignment",
                Map.of(
                        "cluster_name",
                        "collector",
                        "endpoints",
                        List.of(Map.of("lb_endpoints", List.of(endpoint)))));
    }
}
