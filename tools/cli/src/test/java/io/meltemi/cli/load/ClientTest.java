package io.meltemi.cli.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ClientTest {
    @Test
    void aChunkedBodyIsPutTogether() throws Exception {
        Reply reply =
                answer(
                        String.join(
                                "\r\n",
                                "HTTP/1.1 200 OK",
                                "transfer-encoding: chunked",
                                "x-a: b",
                                "",
                                "3",
                                "abc",
                                "2",
                                "de",
                                "0",
                                "",
                                ""));

        assertThat(reply.body()).isEqualTo("abcde");
        assertThat(reply.header("x-a")).contains("b");
    }

    @Test
    void aConnectionThatBreaksIsAFailureNotARepetition() throws Exception {
        Reply reply = answer("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc");

        assertThat(reply.status()).isZero();
        assertThat(reply.failure()).contains("closed in the middle of a body");
    }

    @Test
    void aSilentCloseIsAFailure() throws Exception {
        assertThat(answer("").failure()).contains("closed before the response");
    }

    @Test
    void aLoadSendsExactlyItsCount() throws Exception {
        Tally tally = new Tally(r -> r.body());
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> serveForever(server));
            Load.start(
                            (InetSocketAddress) server.getLocalSocketAddress(),
                            4,
                            100,
                            Duration.ZERO,
                            _ -> Call.get("/"),
                            tally)
                    .await();
        }

        assertThat(tally.total()).isEqualTo(100);
        assertThat(tally.failed()).isZero();
        assertThat(tally.inGroup("hi")).isEqualTo(100);
        assertThat(tally.percentile(99)).isPositive();
    }

    private static void serveForever(ServerSocket server) {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException _) {
                return;
            }
        }
    }

    private static void serve(Socket socket) {
        byte[] response =
                "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi".getBytes(StandardCharsets.UTF_8);
        try (socket) {
            while (readHead(socket.getInputStream())) {
                socket.getOutputStream().write(response);
            }
        } catch (IOException _) {
            // The client left.
        }
    }

    private static boolean readHead(InputStream in) throws IOException {
        int newlines = 0;
        while (newlines < 2) {
            int b = in.read();
            if (b < 0) {
                return false;
            }
            newlines = b == '\n' ? newlines + 1 : b == '\r' ? newlines : 0;
        }
        return true;
    }

    private static Reply answer(String response) throws Exception {
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                Client client =
                        new Client(
                                (InetSocketAddress) server.getLocalSocketAddress(),
                                Duration.ofSeconds(5))) {
            Thread peer =
                    Thread.ofVirtual()
                            .start(() -> {
                                try (Socket socket = server.accept()) {
                                    readHead(socket.getInputStream());
                                    socket.getOutputStream()
                                            .write(response.getBytes(StandardCharsets.UTF_8));
                                } catch (IOException _) {
                                    // Seen by the client.
                                }
                            });
            Reply reply = client.send(Call.get("/"));
            peer.join();
            assertThat(List.of(reply)).hasSize(1);
            return reply;
        }
    }
}
