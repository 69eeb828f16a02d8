package io.meltemi.proxy.http.h2;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.http.ServerExchanges;
import io.meltemi.proxy.http.UnderscoreHeaders;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.ObjIntConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Floods and malformed messages, frame by frame.
final class HostilePeerTest {
    private static final int PROTOCOL_ERROR = 1;
    private static final int ENHANCE_YOUR_CALM = 11;

    private final Loopback loopback = new Loopback();

    @AfterEach
    void close() {
        loopback.close();
    }

    private static Arguments flood(String name, Consumer<RawPeer> script) {
        return Arguments.of(name, script);
    }

    static Stream<Arguments> floods() {
        byte[] get = RawPeer.fields(RawPeer.get());
        byte[] post = RawPeer.fields(RawPeer.get("x-body", "follows"));
        int end = RawPeer.END_HEADERS | RawPeer.END_STREAM;
        return Stream.of(
                flood(
                        "rapid reset",
                        peer -> {
                            for (int i = 0; i < 600; i++) {
                                int id = 1 + 2 * i;
                                peer.frame(RawPeer.HEADERS, end, id, get);
                                peer.frame(
                                        RawPeer.RST_STREAM,
                                        0,
                                        id,
                                        (byte) 0,
                                        (byte) 0,
                                        (byte) 0,
                                        (byte) 8);
                            }
                        }),
                flood(
                        "SETTINGS",
                        peer -> {
                            for (int i = 0; i < 1100; i++) {
                                peer.frame(RawPeer.SETTINGS, 0, 0);
                            }
                        }),
                flood(
                        "empty DATA",
                        peer -> {
                            peer.frame(RawPeer.HEADERS, RawPeer.END_HEADERS, 1, post);
                            for (int i = 0; i < 5; i++) {
                                peer.frame(RawPeer.DATA, 0, 1);
                            }
                        }),
                flood(
                        "PRIORITY",
                        peer -> {
                            for (int i = 0; i < 300; i++) {
                                peer.frame(
                                        RawPeer.PRIORITY,
                                        0,
                                        1,
                                        (byte) 0,
                                        (byte) 0,
                                        (byte) 0,
                                        (byte) 3,
                                        (byte) 1);
                            }
                        }),
                flood(
                        "WINDOW_UPDATE",
                        peer -> {
                            for (int i = 0; i < 50; i++) {
                                peer.frame(
                                        RawPeer.WINDOW_UPDATE,
                                        0,
                                        0,
                                        (byte) 0,
                                        (byte) 0,
                                        (byte) 0,
                                        (byte) 1);
                            }
                        }),
                flood(
                        "CONTINUATION",
                        peer -> {
                            peer.frame(RawPeer.HEADERS, RawPeer.END_STREAM, 1, get);
                            for (int i = 0; i < 600; i++) {
                                peer.frame(RawPeer.CONTINUATION, 0, 1);
                            }
                        }),
                flood(
                        "unknown frames",
                        peer -> {
                            for (int i = 0; i < 300; i++) {
                                peer.frame(0x42, 0, 0);
                            }
                        }));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("floods")
    void floodEndsTheConnectionCalmly(String name, Consumer<RawPeer> script) throws IOException {
        try (RawPeer peer = client(_ -> new RecordingReceiver())) {
            script.accept(peer);

            assertThat(peer.await(RawPeer.GOAWAY).errorCode()).isEqualTo(ENHANCE_YOUR_CALM);
        }
    }

    static Stream<List<String>> malformedRequests() {
        return Stream.of(
                List.of(RawPeer.get("X-Upper", "1")),
                List.of(RawPeer.get("connection", "close")),
                List.of(RawPeer.get("transfer-encoding", "chunked")),
                List.of(RawPeer.get("upgrade", "h2c")),
                List.of(RawPeer.get("te", "gzip")),
                List.of(RawPeer.get("content-length", "5")),
                List.of(RawPeer.get("content-length", "abc")),
                List.of(RawPeer.get("x", "a\rb")),
                List.of(RawPeer.get("x", " padded")),
                List.of(RawPeer.get("x y", "1")),
                List.of(RawPeer.get("", "1")),
                List.of(RawPeer.get(":path", "/again")),
                List.of(RawPeer.get(":unknown", "1")),
                List.of(RawPeer.get(":status", "200")),
                List.of(":method", "GET", ":scheme", "http"),
                List.of(":method", "GET", ":path", "/"),
                List.of(":scheme", "http", ":path", "/"),
                List.of(":method", "GET", ":scheme", "http", ":path", ""),
                List.of(":method", "GET", ":scheme", "http", ":path", "no-slash"),
                List.of(":method", "GET", "x", "1", ":scheme", "http", ":path", "/"),
                List.of(":method", "CONNECT", ":scheme", "http", ":path", "/"));
    }

    @ParameterizedTest
    @MethodSource("malformedRequests")
    void malformedRequestIsResetAndTheConnectionGoesOn(List<String> fields) throws IOException {
        List<RecordingReceiver> begun = new ArrayList<>();
        try (RawPeer peer = client(answering(begun))) {
            int end = RawPeer.END_HEADERS | RawPeer.END_STREAM;

            peer.frame(RawPeer.HEADERS, end, 1, RawPeer.fields(fields.toArray(new String[0])));

            RawPeer.Frame reset = peer.await(RawPeer.RST_STREAM);
            assertThat(reset.streamId()).isEqualTo(1);
            assertThat(reset.errorCode()).isEqualTo(PROTOCOL_ERROR);
            peer.frame(RawPeer.HEADERS, end, 3, RawPeer.fields(RawPeer.get()));
            assertThat(peer.await(RawPeer.HEADERS).streamId()).isEqualTo(3);
        }
    }

    @Test
    void bodyOfAnotherLengthThanAnnouncedIsReset() throws IOException {
        RecordingReceiver request = new RecordingReceiver();
        try (RawPeer peer = client(_ -> request)) {
            peer.frame(
                    RawPeer.HEADERS,
                    RawPeer.END_HEADERS,
                    1,
                    RawPeer.fields(RawPeer.get("content-length", "3")));
            peer.frame(RawPeer.DATA, RawPeer.END_STREAM, 1, (byte) 'a', (byte) 'b');

            assertThat(peer.await(RawPeer.RST_STREAM).errorCode()).isEqualTo(PROTOCOL_ERROR);
            assertThat(request.awaitEnd()).isEqualTo("reset PROTOCOL_ERROR");
        }
    }

    @Test
    void trailersWithPseudoFieldsAreReset() throws IOException {
        RecordingReceiver request = new RecordingReceiver();
        try (RawPeer peer = client(_ -> request)) {
            peer.frame(RawPeer.HEADERS, RawPeer.END_HEADERS, 1, RawPeer.fields(RawPeer.get()));
            peer.frame(
                    RawPeer.HEADERS,
                    RawPeer.END_HEADERS | RawPeer.END_STREAM,
                    1,
                    RawPeer.fields(":path", "/smuggled"));

            assertThat(peer.await(RawPeer.RST_STREAM).errorCode()).isEqualTo(PROTOCOL_ERROR);
            assertThat(request.awaitEnd()).isEqualTo("reset PROTOCOL_ERROR");
        }
    }

    @Test
    void tooManyFieldsAreAnsweredWith431() throws IOException {
        String[] many = new String[202];
        for (int i = 0; i < many.length; i += 2) {
            many[i] = "x-" + i;
            many[i + 1] = "1";
        }
        try (RawPeer peer = client(_ -> new RecordingReceiver())) {
            peer.frame(
                    RawPeer.HEADERS,
                    RawPeer.END_HEADERS | RawPeer.END_STREAM,
                    1,
                    RawPeer.fields(RawPeer.get(many)));

            assertThat(peer.await(RawPeer.HEADERS).payload()).contains("431");
        }
    }

    @Test
    void aFieldWithAnUnderscoreIsRefusedWithItsStreamWhereThatIsConfigured() throws IOException {
        Channel server =
                loopback.serve(
                        Http2Options.DEFAULTS.withServerRules(
                                UnderscoreHeaders.REJECT_REQUEST, 5000, true),
                        _ -> new RecordingReceiver());
        try (RawPeer peer = RawPeer.client(Loopback.port(server))) {
            peer.frame(
                    RawPeer.HEADERS,
                    RawPeer.END_HEADERS | RawPeer.END_STREAM,
                    1,
                    RawPeer.fields(RawPeer.get("x_user", "a")));

            assertThat(peer.awaitRefusal()).isEqualTo("RST_STREAM 1");
        }
    }

    @Test
    void aFieldWithAnUnderscoreIsLeftOutWhereThatIsConfigured() throws IOException {
        RecordingReceiver receiver = new RecordingReceiver();
        Channel server =
                loopback.serve(
                        Http2Options.DEFAULTS.withServerRules(
                                UnderscoreHeaders.DROP_HEADER, 5000, false),
                        _ -> receiver);
        try (RawPeer peer = RawPeer.client(Loopback.port(server))) {
            peer.frame(
                    RawPeer.HEADERS,
                    RawPeer.END_HEADERS | RawPeer.END_STREAM,
                    1,
                    RawPeer.fields(RawPeer.get("x_user", "a", "x-user", "b")));

            HeaderMap seen = receiver.headers.orTimeout(10, TimeUnit.SECONDS).join();
            assertThat(seen.get("x_user")).isNull();
            assertThat(seen.get("x-user")).isEqualTo("b");
        }
    }

    @Test
    void otherBytesThanThePrefaceEndTheConnection() throws IOException {
        Channel server = loopback.serve(Http2Options.DEFAULTS, _ -> new RecordingReceiver());
        try (RawPeer peer =
                new RawPeer(
                        new java.net.Socket(
                                InetAddress.getLoopbackAddress(), Loopback.port(server)))) {
            peer.bytes("GET / HTTP/1.1\r\n\r\n".getBytes(java.nio.charset.StandardCharsets.UTF_8));

            assertThat(peer.awaitRefusal()).isIn("GOAWAY 1", "closed");
        }
    }

    @Test
    void answersNobodyReadsAreLimited() {
        FloodGuard guard = new FloodGuard(FloodLimits.DEFAULTS, _ -> {});
        int taken = 0;
        try {
            for (; taken < 5000; taken++) {
                guard.wantsAnswer();
            }
        } catch (io.netty.handler.codec.http2.Http2Exception calm) {
            assertThat(calm.error().code()).isEqualTo(ENHANCE_YOUR_CALM);
        }
        assertThat(taken).isEqualTo(1000);
    }

    @Test
    void goAwayOfTheServerRefusesWhatItWillNotProcess() {
        assertThat(
                        clientSees((peer, stream) ->
                                peer.frame(
                                        RawPeer.GOAWAY,
                                        0,
                                        0,
                                        (byte) 0,
                                        (byte) 0,
                                        (byte) 0,
                                        (byte) 0,
                                        (byte) 0,
                                        (byte) 0,
                                        (byte) 0,
                                        (byte) 0)))
                .isEqualTo("reset REMOTE_REFUSED");
    }

    @Test
    void malformedResponseEndsTheExchange() {
        int end = RawPeer.END_HEADERS | RawPeer.END_STREAM;
        assertThat(
                        clientSees((peer, stream) ->
                                peer.frame(
                                        RawPeer.HEADERS,
                                        end,
                                        stream,
                                        RawPeer.fields(":status", "200", "X-Upper", "1"))))
                .isEqualTo("reset PROTOCOL_ERROR");
        assertThat(
                        clientSees((peer, stream) ->
                                peer.frame(
                                        RawPeer.HEADERS,
                                        end,
                                        stream,
                                        RawPeer.fields(":status", "2xx"))))
                .isEqualTo("reset PROTOCOL_ERROR");
    }

    /// What a client of ours makes of a server that follows a script once it has the request.
    private String clientSees(ObjIntConsumer<RawPeer> script) {
        try (ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            RecordingReceiver response = new RecordingReceiver();
            java.util.concurrent.atomic.AtomicReference<Http2ClientConnection> made =
                    new java.util.concurrent.atomic.AtomicReference<>();
            loopback.connectTo(
                    listening.getLocalSocketAddress(),
                    channel ->
                            made.set(
                                    Http2ClientConnection.install(
                                            channel.pipeline(),
                                            Http2Options.DEFAULTS,
                                            new SilentWatcher())));
            try (RawPeer peer = new RawPeer(listening.accept())) {
                peer.skip(24);
                peer.frame(RawPeer.SETTINGS, 0, 0);
                loopback.get(made.get(), "/", response);
                int stream = peer.await(RawPeer.HEADERS).streamId();

                script.accept(peer, stream);

                return response.awaitEnd();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ServerExchanges answering(List<RecordingReceiver> begun) {
        return response -> {
            RecordingReceiver request = new RecordingReceiver();
            begun.add(request);
            response.sendHeaders(Loopback.headers(":status", "200"), false);
            response.sendData(Unpooled.EMPTY_BUFFER, true);
            return request;
        };
    }

    private RawPeer client(ServerExchanges exchanges) throws IOException {
        Http2Options sparing =
                Http2Options.DEFAULTS.withServerRules(UnderscoreHeaders.ALLOW, 5000, true);
        Channel server = loopback.serve(sparing, exchanges);
        return RawPeer.client(Loopback.port(server));
    }

    private static final class SilentWatcher implements Http2ClientConnection.Watcher {
        @Override
        public void onCapacityChanged() {}

        @Override
        public void onClosed() {}
    }
}
