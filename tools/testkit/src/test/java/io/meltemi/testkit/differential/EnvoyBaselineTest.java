package io.meltemi.testkit.differential;

import io.meltemi.fixtures.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Envoy does in each case what is written beside it: so that the expectations are Envoy's, and can
/// be read.
final class EnvoyBaselineTest {
    private static final Path CASES = Path.of("src/test/resources/differential");

    @TestFactory
    Stream<DynamicTest> envoyDoesWhatIsWritten() throws IOException {
        return cases().map(file ->
                DynamicTest.dynamicTest(file.getFileName().toString(), () -> check(file)));
    }

    private static void check(Path file) throws IOException {
        Outcome outcome = Outcome.of(CaseReader.read(file), ProxyUnderTest::envoy);
        Path written = CASES.resolve(file.getFileName().toString().replace(".yaml", ".txt"));
        Golden.matches(written, String.join("\n", outcome.lines()));
    }

    /// All of them, or with `-Ddifferential=retry` those whose names begin so.
    static Stream<Path> cases() throws IOException {
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
