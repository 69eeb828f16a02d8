package io.meltemi.testkit.differential;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.fixtures.http.Header;
import io.meltemi.fixtures.http.PlainClient;
import io.meltemi.fixtures.http.Reply;
import io.meltemi.fixtures.http.ScriptedUpstream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// A response that is slowed down takes its time with both proxies.
final class FaultRateTest {
    private static final Path CASE = Path.of("src/test/resources/differential/filter-fault.yaml");

    /// Ten slices of 64 bytes, of which the first goes at once.
    private static final String BODY = "x".repeat(640);

    private static final Duration LEAST = Duration.ofMillis(9 * 1000 / 16 - 40);

    @Test
    void aKibibyteASecondIsSixteenSlices() throws Exception {
        assertThat(timeOf(ProxyUnderTest::envoy)).isGreaterThan(LEAST);
        assertThat(timeOf(OurProxy::start)).isGreaterThan(LEAST);
    }

    /// More than the proxy holds for a slow client: the upstream has to wait, and to go on.
    @Test
    void aLongBodyArrivesWholeThoughTheUpstreamIsHeldBack() throws Exception {
        String body = "0123456789abcdef".repeat(32 * 1024);
        Path log = Files.createTempFile("access", ".log");
        try (ScriptedUpstream upstream = ScriptedUpstream.start();
                ProxyUnderTest proxy =
                        OurProxy.start(
                                new Placeholders(upstream.port(), 1, 1, log)
                                        .fill(CaseReader.read(CASE).bootstrap()))) {
            upstream.then(Reply.of(200, body));
            int port = proxy.admin().listenerPort("web");
            Header rate = new Header("x-envoy-fault-throughput-response", "1024");
            long began = System.nanoTime();
            assertThat(PlainClient.get(port, "/rate", rate).body()).isEqualTo(body);
            assertThat(Duration.ofNanos(System.nanoTime() - began))
                    .isGreaterThan(Duration.ofMillis(7 * 1000 / 16 - 40));
        } finally {
            Files.delete(log);
        }
    }

    private static Duration timeOf(ProxyUnderTest.Launcher launcher) throws Exception {
        Path log = Files.createTempFile("access", ".log");
        try (ScriptedUpstream upstream = ScriptedUpstream.start();
                ProxyUnderTest proxy =
                        launcher.start(
                                new Placeholders(upstream.port(), 1, 1, log)
                                        .fill(CaseReader.read(CASE).bootstrap()))) {
            upstream.then(Reply.of(200, BODY));
            int port = proxy.admin().listenerPort("web");
            long began = System.nanoTime();
            assertThat(PlainClient.get(port, "/slow").body()).isEqualTo(BODY);
            return Duration.ofNanos(System.nanoTime() - began);
        } finally {
            Files.delete(log);
        }
    }
}
