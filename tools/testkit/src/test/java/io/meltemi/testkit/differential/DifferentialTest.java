package io.meltemi.testkit.differential;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.proxy.transport.Transport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Our proxy does what Envoy does, but for what a case names as known; over each transport.
final class DifferentialTest {
    @TestFactory
    Stream<DynamicTest> oursDoesWhatEnvoyDoes() throws IOException {
        return EnvoyBaselineTest.cases()
                .map(file ->
                        DynamicTest.dynamicTest(file.getFileName().toString(), () -> check(file)));
    }

    private static void check(Path file) throws IOException {
        DifferentialCase situation = CaseReader.read(file);

        Outcome envoy = Outcome.of(situation, ProxyUnderTest::envoy);
        for (Transport transport : OurProxy.transports(file.getFileName().toString())) {
            Outcome ours = Outcome.of(situation, bootstrap -> OurProxy.start(bootstrap, transport));
            Comparison comparison = Comparison.of(situation, envoy, ours);
            assertThat(comparison.differences())
                    .as("- Envoy, + ours over %s", transport.text())
                    .isEmpty();
            assertThat(comparison.outdated()).as("known differences that are gone").isEmpty();
        }
    }
}
