package io.meltemi.testkit.differential;

import io.meltemi.fixtures.parity.Parity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Envoy and our proxy send a collector the same spans, and pass the same context on. In these
/// cases `copies` says how many spans there are.
final class TraceSpansTest {
    private static final Path CASES = Path.of("src/test/resources/tracing");

    /// Envoy keeps spans until there are five.
    private static final String AT_ONCE =
            "layered_runtime: {layers: [{name: case, static_layer:"
                    + " {tracing.opentelemetry.min_flush_spans: 1}}]}\n";

    @TestFactory
    @Parity({
        "tracing.client_sampling",
        "tracing.custom_tags.environment",
        "tracing.custom_tags.literal",
        "tracing.custom_tags.metadata",
        "tracing.custom_tags.request_header",
        "tracing.max_path_tag_length",
        "tracing.open_telemetry.grpc_service",
        "tracing.overall_sampling",
        "tracing.random_sampling",
        "tracing.spawn_upstream_span",
        "tracing.verbose"
    })
    Stream<DynamicTest> spansAreTheSame() throws IOException {
        try (Stream<Path> files = Files.list(CASES)) {
            return files.sorted().toList().stream()
                    .map(file ->
                            DynamicTest.dynamicTest(
                                    file.getFileName().toString(), () -> check(file)));
        }
    }

    private static void check(Path file) throws IOException {
        DifferentialCase situation = CaseReader.read(file);
        List<String> envoy = linesOf(situation, ProxyUnderTest::envoy);
        List<String> ours = linesOf(situation, OurProxy::start);

        Comparisons.assertSame(situation.known().keySet(), envoy, ours, "");
    }

    private static List<String> linesOf(
            DifferentialCase situation, ProxyUnderTest.Launcher launcher) throws IOException {
        try (SpanCollector collector = SpanCollector.start()) {
            Outcome outcome =
                    Outcome.of(
                            situation,
                            bootstrap ->
                                    new WaitingProxy(
                                            launcher.start(AT_ONCE + bootstrap),
                                            () -> collector.spans().size(),
                                            WaitingProxy.Wanted.spans(situation.copies()),
                                            () ->
                                                    new SpanLines(collector.spans())
                                                            .lines()
                                                            .toString(),
                                            _ -> {}),
                            collector.port());
            SpanLines spans = new SpanLines(collector.spans());
            List<String> lines = new ArrayList<>();
            outcome.lines().forEach(line -> lines.add(spans.named(line)));
            lines.addAll(spans.lines());
            return lines;
        }
    }
}
