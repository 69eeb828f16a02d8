package io.meltemi.testkit.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.fixtures.Golden;
import io.meltemi.testkit.differential.Comparisons;
import io.meltemi.testkit.differential.ConnectionScenario;
import io.meltemi.testkit.differential.DifferentialCase;
import io.meltemi.testkit.differential.OurProxy;
import io.meltemi.testkit.differential.Outcome;
import io.meltemi.testkit.differential.ProxyUnderTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/// What users write does what is written beside it, through Envoy and through our proxy.
///
/// `-Dmesh=http` runs the cases whose names begin so, `-Dgolden=update` writes what Envoy does.
final class MeshCasesTest {
    private static final Path CASES = Path.of("src/test/resources/mesh");

    @TestFactory
    @Execution(ExecutionMode.CONCURRENT)
    Stream<DynamicTest> bothDoWhatIsWritten(@TempDir Path scratch) throws IOException {
        String prefix = System.getProperty("mesh", "");
        try (Stream<Path> files = Files.list(CASES)) {
            return files
                    .filter(file -> file.toString().endsWith(".yaml"))
                    .filter(file -> file.getFileName().toString().startsWith(prefix))
                    .sorted()
                    .toList()
                    .stream()
                    .map(file ->
                            DynamicTest.dynamicTest(
                                    file.getFileName().toString(), () -> check(file, scratch)));
        }
    }

    private static void check(Path file, Path scratch) throws IOException {
        if (MeshCase.isOfConnections(file)) {
            checkConnections(file, MeshCase.connections(file, scratch));
            return;
        }
        DifferentialCase situation = MeshCase.read(file, scratch);

        Outcome envoy = Outcome.of(situation, ProxyUnderTest::envoy);
        Golden.matches(CASES.resolve(situation.name() + ".txt"), String.join("\n", envoy.lines()));
        Comparisons.assertSame(
                situation.known().keySet(),
                envoy.lines(),
                Outcome.of(situation, OurProxy::start).lines(),
                "");
    }

    private static void checkConnections(Path file, ConnectionScenario scenario)
            throws IOException {
        List<String> envoy = scenario.play(ProxyUnderTest::envoy);
        Golden.matches(
                CASES.resolve(file.getFileName().toString().replace(".yaml", ".txt")),
                String.join("\n", envoy));
        // A line that nobody waits for may come too late.
        assertThat(envoy)
                .as("log_lines of the case")
                .filteredOn(line -> line.startsWith("log "))
                .hasSize(scenario.logLines());
        Comparisons.assertSame(scenario.known(), envoy, scenario.play(OurProxy::start), "");
    }
}
