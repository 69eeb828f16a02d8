package io.meltemi.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What two sidecars tell each other at the beginning of a TCP connection, with the filters that
/// istiod gives listeners and clusters.
final class IstioMetadataExchangeTest {
    private static final String EXCHANGE =
            """
            - name: istio.metadata_exchange
              typed_config:
                "@type": type.googleapis.com/udpa.type.v1.TypedStruct
                type_url: type.googleapis.com/envoy.tcp.metadataexchange.config.MetadataExchange
                value: {protocol: istio-peer-exchange, enable_discovery: true}
            """;
    private static final String STATS =
            """
            - name: istio.stats
              typed_config: {"@type": type.googleapis.com/stats.PluginConfig}
            """;
    private static final String FORMAT =
            "%FILTER_STATE(downstream_peer_obj:FIELD:workload)%"
                    + " %UPSTREAM_FILTER_STATE(upstream_peer_obj:FIELD:workload)%";

    @TempDir private Path logs;

    /// An application that speaks first where it is told to, and answers one line.
    private static final class LineServer implements AutoCloseable {
        private final ServerSocket socket;
        private final CompletableFuture<String> received = new CompletableFuture<>();

        LineServer(String greeting) throws Exception {
            socket = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
            Thread.ofVirtual().start(() -> serve(greeting));
        }

        private void serve(String greeting) {
            try (Socket client = socket.accept()) {
                client.getOutputStream().write(greeting.getBytes(StandardCharsets.US_ASCII));
                String line = line(client.getInputStream());
                received.complete(line);
                client.getOutputStream()
                        .write(("answer to " + line).getBytes(StandardCharsets.US_ASCII));
            } catch (Exception e) {
                received.completeExceptionally(e);
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private static String line(InputStream in) throws Exception {
        StringBuilder line = new StringBuilder();
        for (int b = in.read(); b >= 0; b = in.read()) {
            line.append((char) b);
            if (b == '\n') {
                return line.toString();
            }
        }
        return line.toString();
    }

    private String pageOfClient = "";

    private String talk(LineServer app, String greeting, String ofListener, String ofCluster)
            throws Exception {
        try (SidecarPair pair =
                SidecarPair.tcp(app.socket.getLocalPort(), logs, FORMAT, ofListener, ofCluster)) {
            String heard;
            try (RawClient client = pair.client().client()) {
                String first = greeting.isEmpty() ? "" : client.lines(greeting.length());
                client.send("hello\n");
                heard = first + client.lines("answer to hello\n".length());
            }
            awaitEnd(pair.client());
            awaitEnd(pair.server());
            if (ofListener.contains("istio.stats")) {
                pageOfClient = pair.client().prometheus("istio_tcp_connections_closed_total{");
            }
            return heard;
        }
    }

    /// A connection is logged when it has ended on both sides.
    private static void awaitEnd(RunningProxy proxy) throws Exception {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!proxy.admin("GET", "/stats?filter=BOUND.downstream_cx_active")
                        .contains("downstream_cx_active: 0")
                && System.nanoTime() < end) {
            Thread.onSpinWait();
        }
    }

    @Test
    void sidecarsLearnWhoTheyTalkToAndTheApplicationsDoNotSeeIt() throws Exception {
        try (LineServer app = new LineServer("")) {
            assertThat(talk(app, "", EXCHANGE + STATS, EXCHANGE)).isEqualTo("answer to hello\n");

            assertThat(app.received.get(10, TimeUnit.SECONDS)).isEqualTo("hello\n");
            assertThat(pageOfClient)
                    .containsPattern(
                            "istio_tcp_received_bytes_total\\{reporter=\"source\",source_workload=\"productpage-v1\".*,destination_workload=\"ratings-v1\".*destination_principal=\"spiffe://cluster.local/ns/default/sa/bookinfo-ratings\".*,destination_service=\"ratings.default.svc.cluster.local\".*request_protocol=\"tcp\".*} 6\n");
            assertThat(Files.readString(logs.resolve("client.log"))).isEqualTo("- ratings-v1\n");
            assertThat(Files.readString(logs.resolve("server.log")))
                    .isEqualTo("productpage-v1 -\n");
        }
    }

    @Test
    void applicationThatSpeaksFirstIsServed() throws Exception {
        try (LineServer app = new LineServer("welcome\n")) {
            assertThat(talk(app, "welcome\n", EXCHANGE, EXCHANGE))
                    .isEqualTo("welcome\nanswer to hello\n");

            assertThat(app.received.get(10, TimeUnit.SECONDS)).isEqualTo("hello\n");
            assertThat(Files.readString(logs.resolve("client.log"))).isEqualTo("- ratings-v1\n");
            assertThat(Files.readString(logs.resolve("server.log")))
                    .isEqualTo("productpage-v1 -\n");
        }
    }

    @Test
    void withoutAnAgreementByAlpnNothingIsExchanged() throws Exception {
        String other = EXCHANGE.replace("istio-peer-exchange", "another");
        try (LineServer app = new LineServer("")) {
            assertThat(talk(app, "", other, other)).isEqualTo("answer to hello\n");

            assertThat(Files.readString(logs.resolve("client.log"))).isEqualTo("- -\n");
            assertThat(Files.readString(logs.resolve("server.log"))).isEqualTo("- -\n");
        }
    }
}
