package io.meltemi.testkit.differential;

import io.meltemi.fixtures.http.Reply;
import io.meltemi.fixtures.http.ScriptedUpstream;
import io.meltemi.fixtures.parity.Parity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Envoy and our proxy send a Zipkin collector the same spans in the same requests, and pass the
/// same B3 headers on. In these cases `copies` says how many spans there are.
final class ZipkinSpansTest {
    private static final Path CASES = Path.of("src/test/resources/tracing-zipkin");

    private static final String COUNTERS = "^tracing\\.zipkin\\.(spans|reports)";

    private static final String AT_ONCE =
            "layered_runtime: {layers: [{name: case, static_layer:"
                    + " {tracing.zipkin.min_flush_spans: 1}}]}\n";

    /// Only the number of spans counts.
    private static final String LATE =
            "layered_runtime: {layers: [{name: case, static_layer:"
                    + " {tracing.zipkin.flush_interval_ms: 60000}}]}\n";

    @TestFactory
    @Parity({
        "tracing.custom_tags.environment",
        "tracing.zipkin.collector_cluster",
        "tracing.zipkin.collector_endpoint",
        "tracing.zipkin.collector_endpoint_version.HTTP_JSON",
        "tracing.zipkin.collector_hostname",
        "tracing.zipkin.shared_span_context",
        "tracing.zipkin.split_spans_for_request",
        "tracing.zipkin.trace_id_128bit",
        "router.start_child_span"
    })
    Stream<DynamicTest> spansAreTheSame() throws IOException {
        try (Stream<Path> files = Files.list(CASES)) {
            return files.filter(Files::isRegularFile).sorted().toList().stream()
                    .map(file ->
                            DynamicTest.dynamicTest(
                                    file.getFileName().toString(), () -> check(file, AT_ONCE)));
        }
    }

    @Test
    void fiveSpansAreOneReport() throws IOException {
        check(CASES.resolve("batch/five.yaml"), LATE);
    }

    @Test
    void onlyAReportThatIsAcceptedCountsAsSent() throws IOException {
        check(
                CASES.resolve("batch/answers.yaml"),
                AT_ONCE,
                Reply.of(202, ""),
                Reply.of(200, ""),
                Reply.of(503, "no"),
                new Reply.Close());
    }

    /// @param answers the collector's first ones; then it accepts
    private static void check(Path file, String runtime, Reply... answers) throws IOException {
        DifferentialCase situation = CaseReader.read(file);
        List<String> envoy = linesOf(situation, runtime, ProxyUnderTest::envoy, answers);
        List<String> ours = linesOf(situation, runtime, OurProxy::start, answers);

        Comparisons.assertSame(situation.known().keySet(), envoy, ours, "");
    }

    private static List<String> linesOf(
            DifferentialCase situation,
            String runtime,
            ProxyUnderTest.Launcher launcher,
            Reply... answers)
            throws IOException {
        List<String> stats = new ArrayList<>();
        try (ScriptedUpstream collector = ScriptedUpstream.start()) {
            collector.then(answers).otherwise(_ -> Reply.of(202, ""));
            Outcome outcome =
                    Outcome.of(
                            situation,
                            bootstrap ->
                                    new WaitingProxy(
                                            launcher.start(runtime + bootstrap),
                                            () -> new ZipkinReports(collector.seen()).count(),
                                            WaitingProxy.Wanted.spans(situation.copies()),
                                            () ->
                                                    new ZipkinReports(collector.seen())
                                                            .lines()
                                                            .toString(),
                                            admin -> stats.addAll(StatLines.of(admin, COUNTERS))),
                            collector.port());
            ZipkinReports reports = new ZipkinReports(collector.seen());
            List<String> lines = new ArrayList<>();
            outcome.lines().forEach(line -> lines.add(reports.named(line)));
            lines.addAll(reports.lines());
            lines.add("reports " + reports.sizes());
            lines.addAll(stats);
            return lines;
        }
    }
}
