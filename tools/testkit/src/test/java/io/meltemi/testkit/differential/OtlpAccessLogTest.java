package io.meltemi.testkit.differential;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.fixtures.parity.Parity;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Envoy and our proxy send a collector the same log records.
final class OtlpAccessLogTest {
    private static final Path CASE = Path.of("src/test/resources/otlp/access-log.yaml");
    private static final WaitingProxy.Wanted WANTED =
            new WaitingProxy.Wanted(12, "records", Duration.ofSeconds(15));

    @Test
    @Parity({
        "access_log.open_telemetry.body",
        "access_log.open_telemetry.attributes",
        "access_log.open_telemetry.resource_attributes",
        "access_log.open_telemetry.disable_builtin_labels",
        "access_log.open_telemetry.stat_prefix"
    })
    void recordsAreTheSame() throws Exception {
        List<String> envoy = linesOf(ProxyUnderTest::envoy);
        List<String> ours = linesOf(OurProxy::start);

        assertThat(Comparison.of(Set.of(), envoy, ours).differences())
                .as("- Envoy, + ours")
                .isEmpty();
    }

    private static List<String> linesOf(ProxyUnderTest.Launcher launcher) throws Exception {
        try (LogCollector collector = LogCollector.start()) {
            // Both proxies lose what they have not sent when they end: the last request comes late.
            Outcome outcome =
                    Outcome.of(
                            CaseReader.read(CASE),
                            bootstrap ->
                                    new WaitingProxy(
                                            launcher.start(bootstrap),
                                            () -> collector.records().size(),
                                            WANTED,
                                            () -> Integer.toString(collector.records().size()),
                                            _ -> {}),
                            collector.port());
            List<String> lines = new ArrayList<>(outcome.lines());
            lines.addAll(collector.resources());
            lines.addAll(collector.records());
            return lines;
        }
    }
}
