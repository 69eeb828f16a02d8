package io.meltemi.testkit.differential;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.fixtures.parity.Parity;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What passes between a client and an upstream that are to switch protocols, asked of Envoy and of
/// ours.
@Parity({"upgrade_configs", "route.upgrade_configs"})
final class UpgradeTest {
    private static final String REQUEST =
            "GET /chat HTTP/1.1\r\nhost: test\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\r\n";
    private static final String SWITCH =
            "HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\r\n";
    private static final int SILENCE_MILLIS = 700;

    @ParameterizedTest
    @ValueSource(strings = {"envoy", "ours"})
    void bytesPassBothWaysOnceTheUpstreamHasSwitched(String proxy) throws Exception {
        try (Parties parties = new Parties(proxy)) {
            parties.say(parties.client, REQUEST);
            assertThat(parties.hearHead(parties.upstream())).startsWith("GET /chat HTTP/1.1");
            parties.say(parties.upstream(), SWITCH + "from upstream");

            String head = parties.hearHead(parties.client);
            assertThat(head).startsWith("HTTP/1.1 101 ").containsIgnoringCase("connection: upgr");
            assertThat(head).doesNotContain("x-envoy-upstream-service-time", "content-length");
            assertThat(parties.hear(parties.client)).isEqualTo("from upstream");
            parties.say(parties.client, "from client");
            assertThat(parties.hear(parties.upstream())).isEqualTo("from client");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"envoy", "ours"})
    void whatFollowsTheRequestWaitsForTheSwitch(String proxy) throws Exception {
        try (Parties parties = new Parties(proxy)) {
            parties.say(parties.client, REQUEST + "early");
            parties.hearHead(parties.upstream());

            assertThat(parties.hear(parties.upstream())).isEmpty();
            parties.say(parties.upstream(), SWITCH);
            assertThat(parties.hear(parties.upstream())).isEqualTo("early");
        }
    }

    /// Or else it would be the upstream's next request, of which the proxy knows nothing.
    @ParameterizedTest
    @ValueSource(strings = {"envoy", "ours"})
    void aSecondRequestBehindARefusedSwitchIsNotForwarded(String proxy) throws Exception {
        try (Parties parties = new Parties(proxy)) {
            parties.say(parties.client, REQUEST + "GET /smuggled HTTP/1.1\r\nhost: test\r\n\r\n");
            parties.hearHead(parties.upstream());
            parties.say(parties.upstream(), "HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n");

            assertThat(parties.hearHead(parties.client)).startsWith("HTTP/1.1 403 ");
            assertThat(parties.hear(parties.upstream())).isEmpty();
        }
    }

    /// A client, a proxy and an upstream that the test plays itself. Confined to its test.
    private static final class Parties implements AutoCloseable {
        private final ServerSocket listening =
                new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        private final Path log = Files.createTempFile("access", ".log");
        private final ProxyUnderTest running;
        private final Socket client;
        private Socket accepted = new Socket();

        Parties(String proxy) throws IOException {
            Map<String, Object> route =
                    Map.of("match", Map.of("prefix", "/"), "route", Map.of("cluster", "upstream"));
            Map<String, Object> host =
                    Map.of("name", "all", "domains", List.of("*"), "routes", List.of(route));
            Map<String, Object> manager =
                    Map.of("upgrade_configs", List.of(Map.of("upgrade_type", "websocket")));
            String bootstrap =
                    StandardBootstrap.of(List.of(host), List.of(), List.of(), manager, Map.of());
            ProxyUnderTest.Launcher launcher =
                    proxy.equals("envoy") ? ProxyUnderTest::envoy : OurProxy::start;
            running =
                    launcher.start(
                            new Placeholders(listening.getLocalPort(), 1, 1, log).fill(bootstrap));
            client =
                    new Socket(
                            InetAddress.getLoopbackAddress(), running.admin().listenerPort("web"));
            listening.setSoTimeout(10_000);
        }

        Socket upstream() throws IOException {
            if (!accepted.isConnected()) {
                accepted = listening.accept();
            }
            return accepted;
        }

        void say(Socket to, String text) throws IOException {
            to.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        }

        /// Up to the blank line.
        String hearHead(Socket from) throws IOException {
            from.setSoTimeout(10_000);
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            while (!bytes.toString(StandardCharsets.US_ASCII).endsWith("\r\n\r\n")) {
                int b = from.getInputStream().read();
                if (b < 0) {
                    break;
                }
                bytes.write(b);
            }
            return bytes.toString(StandardCharsets.US_ASCII);
        }

        /// Until nothing comes for a while.
        String hear(Socket from) throws IOException {
            from.setSoTimeout(SILENCE_MILLIS);
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            InputStream in = from.getInputStream();
            try {
                for (int b = in.read(); b >= 0; b = in.read()) {
                    bytes.write(b);
                }
            } catch (SocketTimeoutException _) {
                // Silent.
            }
            return bytes.toString(StandardCharsets.US_ASCII);
        }

        @Override
        public void close() throws IOException {
            client.close();
            accepted.close();
            running.close();
            listening.close();
            Files.delete(log);
        }
    }
}
