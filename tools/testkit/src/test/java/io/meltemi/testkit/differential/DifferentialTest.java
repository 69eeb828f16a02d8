package io.meltemi.testkit.differential;

import io.meltemi.fixtures.Golden;
import io.meltemi.proxy.transport.Transport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/// Envoy does in each case what is written beside it, so that the expectations are Envoy's and can
/// be read; and our proxy does what Envoy does, but for what a case names as known; over each
/// transport.
final class DifferentialTest {
    private static final Path CASES = Path.of("src/test/resources/differential");

    @TestFactory
    @Execution(ExecutionMode.CONCURRENT)
    Stream<DynamicTest> oursDoesWhatEnvoyDoes() throws IOException {
        return cases().map(file ->
                DynamicTest.dynamicTest(file.getFileName().toString(), () -> check(file)));
    }

    private static void check(Path file) throws IOException {
        DifferentialCase situation = CaseReader.read(file);

        Outcome envoy = Outcome.of(situation, ProxyUnderTest::envoy);
        Golden.matches(
                CASES.resolve(file.getFileName().toString().replace(".yaml", ".txt")),
                String.join("\n", envoy.lines()));
        for (Transport transport : OurProxy.transports(file.getFileName().toString())) {
            Outcome ours = Outcome.of(situation, bootstrap -> OurProxy.start(bootstrap, transport));
            Comparisons.assertSame(
                    situation.known().keySet(),
                    envoy.lines(),
                    ours.lines(),
                    " over " + transport.text());
        }
    }

    /// All of them, or with `-Ddifferential=retry` those whose names begin so.
    private static Stream<Path> cases() throws IOException {
        String prefix = System.getProperty("differential", "");
        try (Stream<Path> files = Files.list(CASES)) {
            return files
                    .filter(file -> file.toString().endsWith(".yaml"))
                    .filter(file -> file.getFileName().toString().startsWith(prefix))
                    .sorted()
                    .toList()
                    .stream();
        }
    }
}
