package io.meltemi.testkit.differential;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.fixtures.parity.Parity;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Envoy and our proxy send a collector of OTLP over HTTP the same spans of the same resource in
/// the same requests.
final class OtlpHttpSpansTest {
    private static final Path CASE = Path.of("src/test/resources/tracing-otlp-http/traces.yaml");

    private static final String AT_ONCE =
            "layered_runtime: {layers: [{name: case, static_layer:"
                    + " {tracing.opentelemetry.min_flush_spans: 1}}]}\n";

    @Test
    @Parity({
        "tracing.open_telemetry.http_service.http_uri",
        "tracing.open_telemetry.http_service.request_headers_to_add",
        "tracing.open_telemetry.resource_detectors.environment",
        "tracing.open_telemetry.resource_detectors.static_config",
        "tracing.open_telemetry.sampler.always_on",
        "tracing.open_telemetry.service_name"
    })
    void spansAreTheSame() throws IOException {
        DifferentialCase situation = CaseReader.read(CASE);
        List<String> envoy = linesOf(situation, ProxyUnderTest::envoy);
        List<String> ours = linesOf(situation, OurProxy::start);

        Comparisons.assertSame(situation.known().keySet(), envoy, ours, "");
        assertThat(ours).contains("resource service.name=replaced", "report x-api-key: [secret]");
    }

    private static List<String> linesOf(
            DifferentialCase situation, ProxyUnderTest.Launcher launcher) throws IOException {
        try (HttpSpanCollector collector = HttpSpanCollector.start()) {
            Outcome outcome =
                    Outcome.of(
                            situation,
                            bootstrap ->
                                    new WaitingProxy(
                                            launcher.start(AT_ONCE + bootstrap),
                                            () -> collector.spans().size(),
                                            WaitingProxy.Wanted.spans(situation.copies()),
                                            () -> collector.heads().toString(),
                                            _ -> {}),
                            collector.port());
            SpanLines spans = new SpanLines(collector.spans());
            List<String> lines = new ArrayList<>();
            outcome.lines().forEach(line -> lines.add(spans.named(line)));
            lines.addAll(spans.lines());
            lines.addAll(collector.heads());
            return lines;
        }
    }
}
