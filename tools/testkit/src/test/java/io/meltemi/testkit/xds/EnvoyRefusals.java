package io.meltemi.testkit.xds;

import io.meltemi.testkit.Deadline;
import io.meltemi.testkit.differential.ProxyUnderTest;
import java.io.IOException;
import java.time.Duration;

/// Bootstraps that Envoy does not run with. Thread-safe: without state.
final class EnvoyRefusals {
    private static final Duration SOON = Duration.ofSeconds(20);

    private EnvoyRefusals() {}

    /// Waits until Envoy ends; some things it compiles late, so that it may answer at first.
    static void await(String bootstrap) throws IOException {
        ProxyUnderTest envoy;
        try {
            envoy = ProxyUnderTest.envoy(bootstrap);
        } catch (IOException _) {
            return; // It ended before it answered.
        }
        try (envoy) {
            Deadline.await("the end of Envoy", SOON, () -> !answers(envoy), envoy::log);
        }
    }

    private static boolean answers(ProxyUnderTest proxy) {
        try {
            return !proxy.admin().get("/server_info").isEmpty();
        } catch (IOException _) {
            return false;
        }
    }
}
