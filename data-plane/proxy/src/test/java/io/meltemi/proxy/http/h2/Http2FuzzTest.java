package io.meltemi.proxy.http.h2;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.proxy.fuzz.Fuzzing;
import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.http.MessageReceiver;
import io.meltemi.proxy.http.MessageSender;
import io.meltemi.proxy.http.StreamReset;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Whatever frames and header blocks come in HTTP/2, a server takes or refuses them, ends nothing
/// with INTERNAL_ERROR and keeps no memory.
final class Http2FuzzTest {
    private static final byte[] PREFACE =
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int INTERNAL_ERROR = 2;

    @Test
    void framesInAnyPieces() throws IOException {
        Fuzzing.run("HTTP/2 frames", corpus(), Http2FuzzTest::serve);
    }

    /// Whole conversations made of well-formed frames, beside those that were kept.
    private static List<byte[]> corpus() throws IOException {
        int end = RawPeer.END_HEADERS | RawPeer.END_STREAM;
        byte[] get = RawPeer.fields(RawPeer.get("x", "y", "cookie", "a", "cookie", "b"));
        List<byte[]> corpus = new ArrayList<>(Fuzzing.corpus("/fuzz/http2.txt"));
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] frame :
                List.of(
                        RawPeer.encoded(RawPeer.SETTINGS, 0, 0, new byte[] {0, 4, 0, 0, 1, 0}),
                        RawPeer.encoded(RawPeer.SETTINGS, RawPeer.ACK, 0),
                        RawPeer.encoded(RawPeer.HEADERS, end, 1, get),
                        RawPeer.encoded(RawPeer.HEADERS, RawPeer.END_HEADERS, 3, get),
                        RawPeer.encoded(RawPeer.DATA, 8, 3, new byte[] {2, 'a', 'b', 0, 0}),
                        RawPeer.encoded(RawPeer.HEADERS, end, 3, RawPeer.fields("t", "u")),
                        RawPeer.encoded(RawPeer.HEADERS, RawPeer.END_STREAM, 5, get),
                        RawPeer.encoded(
                                RawPeer.CONTINUATION,
                                RawPeer.END_HEADERS,
                                5,
                                RawPeer.fields("t", "u")),
                        RawPeer.encoded(RawPeer.PRIORITY, 0, 7, new byte[] {0, 0, 0, 3, 1}),
                        RawPeer.encoded(RawPeer.WINDOW_UPDATE, 0, 0, new byte[] {0, 0, 1, 0}),
                        RawPeer.encoded(RawPeer.PING, 0, 0, new byte[8]),
                        RawPeer.encoded(RawPeer.RST_STREAM, 0, 3, new byte[] {0, 0, 0, 8}),
                        RawPeer.encoded(RawPeer.GOAWAY, 0, 0, new byte[8]))) {
            all.writeBytes(frame);
            corpus.add(all.toByteArray());
        }
        return corpus;
    }

    private static void serve(byte[] input, Random random) {
        UnpooledByteBufAllocator memory = new UnpooledByteBufAllocator(false, true);
        EmbeddedChannel channel = new EmbeddedChannel();
        channel.config().setAllocator(memory);
        Http2ServerConnection.install(
                channel.pipeline(), Http2Options.DEFAULTS, response -> new Answer(response));
        channel.writeInbound(memory.directBuffer().writeBytes(PREFACE));
        for (int at = 0; at < input.length && channel.isActive(); ) {
            int count = Math.min(input.length - at, 1 + random.nextInt(300));
            channel.writeInbound(memory.directBuffer(count).writeBytes(input, at, count));
            at += count;
            channel.runPendingTasks();
            readAnswers(channel);
            assertThat(memory.metric().usedDirectMemory()).isLessThan(1L << 20);
        }
        channel.finish();
        readAnswers(channel);
        channel.releaseInbound();
        channel.checkException();
        assertThat(memory.metric().usedDirectMemory()).as("bytes kept").isZero();
    }

    private static void readAnswers(EmbeddedChannel channel) {
        for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
            boolean goAway = out.readableBytes() >= 17 && out.getByte(3) == RawPeer.GOAWAY;
            int code = goAway ? out.getInt(13) : 0;
            String words = out.toString(StandardCharsets.US_ASCII);
            out.release();
            assertThat(code).as(words).isNotEqualTo(INTERNAL_ERROR);
        }
    }

    private record Answer(MessageSender response) implements MessageReceiver {
        @Override
        public void onHeaders(HeaderMap headers, boolean endStream) {
            if (endStream) {
                answer();
            }
        }

        @Override
        public void onData(ByteBuf data, boolean endStream) {
            data.release();
            if (endStream) {
                answer();
            }
        }

        @Override
        public void onTrailers(HeaderMap trailers) {
            answer();
        }

        private void answer() {
            response.sendHeaders(Loopback.headers(":status", "200", "x", "y"), true);
        }

        @Override
        public void onReset(StreamReset reason) {}

        @Override
        public void onWritable() {}
    }
}
