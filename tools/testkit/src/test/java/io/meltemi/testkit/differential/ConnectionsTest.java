package io.meltemi.testkit.differential;

import io.meltemi.fixtures.Golden;
import io.meltemi.proxy.transport.Transport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/// Listeners, TLS and network filters: Envoy does on each connection what is written beside its
/// case, and our proxy does what Envoy does, but for what a case names as known.
final class ConnectionsTest {
    private static final Path CASES = Path.of("src/test/resources/differential/connections");

    /// What NIO cannot do: it sets no option by number.
    private static final Set<String> NATIVE_ONLY = Set.of("sockets.yaml");

    @TestFactory
    @Execution(ExecutionMode.CONCURRENT)
    Stream<DynamicTest> oursDoesWhatEnvoyDoes() throws IOException {
        try (Stream<Path> files = Files.list(CASES)) {
            return files
                    .filter(file -> file.toString().endsWith(".yaml"))
                    .filter(file -> file.toString().contains(System.getProperty("case", "")))
                    .sorted()
                    .map(file ->
                            DynamicTest.dynamicTest(
                                    file.getFileName().toString(), () -> check(file)))
                    .toList()
                    .stream();
        }
    }

    private static void check(Path file) throws IOException {
        ConnectionCase situation = ConnectionCaseReader.read(file);

        List<String> envoy = ConnectionOutcome.of(situation, ProxyUnderTest::envoy);
        Golden.matches(
                CASES.resolve(file.getFileName().toString().replace(".yaml", ".txt")),
                String.join("\n", envoy));
        for (Transport transport : OurProxy.transports(file.getFileName().toString())) {
            if (!transport.isNative() && NATIVE_ONLY.contains(file.getFileName().toString())) {
                continue;
            }
            List<String> ours =
                    ConnectionOutcome.of(
                            situation, bootstrap -> OurProxy.start(bootstrap, transport));
            Comparisons.assertSame(
                    situation.known().keySet(), envoy, ours, " over " + transport.text());
        }
    }
}
