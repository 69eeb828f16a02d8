package io.meltemi.proxy.http.h2;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.fixtures.parity.Parity;
import io.meltemi.proxy.http.StreamReset;
import io.netty.channel.Channel;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// RFC 9113 §5.1: what was under way when we reset a stream is ignored.
final class ResetStreamsTest {
    private static final byte[] POST = RawPeer.fields(RawPeer.get());
    private static final int WHOLE = RawPeer.END_HEADERS | RawPeer.END_STREAM;

    private final Loopback loopback = new Loopback();

    @AfterEach
    void close() {
        loopback.close();
    }

    @Test
    @Parity("http2.frames_after_reset")
    void framesThatWereUnderWayGetNoSecondReset() throws IOException {
        Channel server =
                loopback.serve(
                        Http2Options.DEFAULTS,
                        response -> {
                            response.reset(StreamReset.LOCAL_RESET);
                            return new RecordingReceiver();
                        });
        try (RawPeer peer = RawPeer.client(Loopback.port(server))) {
            peer.frame(RawPeer.HEADERS, RawPeer.END_HEADERS, 1, POST);
            assertThat(peer.awaitRefusal()).isEqualTo("RST_STREAM 2");

            peer.frame(RawPeer.DATA, 0, 1, (byte) 'a');
            peer.frame(RawPeer.HEADERS, WHOLE, 1, RawPeer.fields("x-sum", "1"));
            peer.frame(RawPeer.PING, 0, 0, new byte[8]);

            assertThat(peer.awaitRefusal()).isEqualTo("nothing");
        }
    }

    @Test
    void theOldestAreForgotten() {
        ResetStreams resets = new ResetStreams();
        for (int id = 1; id <= 257; id += 2) {
            resets.add(id);
        }

        assertThat(resets.contains(1)).isFalse();
        assertThat(resets.contains(3)).isTrue();
        assertThat(resets.contains(257)).isTrue();
        assertThat(resets.contains(259)).isFalse();
    }
}
