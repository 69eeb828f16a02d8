package io.meltemi.proxy.http.h2;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.proxy.http.MessageSender;
import io.netty.channel.Channel;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Frames of a client on streams that are not open.
final class StreamOrderTest {
    private static final int WHOLE = RawPeer.END_HEADERS | RawPeer.END_STREAM;
    private static final byte[] GET = RawPeer.fields(RawPeer.get());

    private final Loopback loopback = new Loopback();
    private final CompletableFuture<MessageSender> first = new CompletableFuture<>();

    @AfterEach
    void close() {
        loopback.close();
    }

    @Test
    void idsThatWerePassedOverEndTheConnection() throws IOException {
        try (RawPeer peer = client(100)) {
            peer.frame(RawPeer.HEADERS, WHOLE, 5, GET);
            peer.frame(RawPeer.HEADERS, WHOLE, 3, GET);

            assertThat(peer.awaitRefusal()).isEqualTo("GOAWAY 1");
        }
    }

    @Test
    void headersBehindTheEndOfAnOpenStreamResetIt() throws IOException {
        try (RawPeer peer = client(100)) {
            peer.frame(RawPeer.HEADERS, WHOLE, 1, GET);
            peer.frame(RawPeer.HEADERS, WHOLE, 1, GET);

            assertThat(peer.awaitRefusal()).isEqualTo("RST_STREAM 5");
        }
    }

    /// The client cannot know yet, and the stream that is under way must not suffer for it.
    @Test
    void whatFollowsOnAStreamTooManyIsIgnored() throws Exception {
        try (RawPeer peer = client(1)) {
            peer.frame(RawPeer.HEADERS, WHOLE, 1, GET);
            peer.frame(RawPeer.HEADERS, RawPeer.END_HEADERS, 3, GET);
            peer.frame(RawPeer.DATA, 0, 3, (byte) 'a');
            peer.frame(RawPeer.HEADERS, WHOLE, 3, RawPeer.fields("x", "trailer"));

            assertThat(peer.awaitRefusal()).isEqualTo("RST_STREAM 7");
            MessageSender sender = first.get(10, TimeUnit.SECONDS);
            loopback.run(() -> sender.sendHeaders(Loopback.headers(":status", "200"), true));
            assertThat(peer.await(RawPeer.HEADERS).streamId()).isEqualTo(1);
        }
    }

    @Test
    void theWindowForgetsOldStreamsAndClaimsNothingOfThem() {
        StreamWindow window = new StreamWindow();
        window.open(1);
        window.end(1);
        window.open(7);

        assertThat(window.wasEnded(1)).isTrue();
        assertThat(window.wasSkipped(3)).isTrue();
        assertThat(window.wasSkipped(1)).isFalse();
        assertThat(window.wasOpened(7)).isTrue();
        assertThat(window.isNew(7)).isFalse();
        window.open(7 + 2 * 63);
        assertThat(window.wasOpened(7)).isTrue();
        assertThat(window.wasOpened(1) || window.wasSkipped(1) || window.wasEnded(1)).isFalse();
        window.open(Integer.MAX_VALUE);
        assertThat(window.wasOpened(7 + 2 * 63)).isFalse();
        assertThat(window.wasSkipped(Integer.MAX_VALUE - 2)).isTrue();
    }

    private RawPeer client(int maxStreams) throws IOException {
        Http2Options defaults = Http2Options.DEFAULTS;
        Http2Options options =
                new Http2Options(
                        maxStreams,
                        defaults.streamWindowBytes(),
                        defaults.connectionWindowBytes(),
                        defaults.hpackTableBytes(),
                        0,
                        0,
                        defaults.maxHeaderBytes(),
                        defaults.maxHeaderCount());
        Channel server =
                loopback.serve(
                        options,
                        response -> {
                            first.complete(response);
                            return new RecordingReceiver();
                        });
        return RawPeer.client(Loopback.port(server));
    }
}
