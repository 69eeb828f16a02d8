package io.meltemi.proxy.http.h1;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.base.time.Ticker;
import io.meltemi.proxy.fuzz.Fuzzing;
import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.http.MessageReceiver;
import io.meltemi.proxy.http.MessageSender;
import io.meltemi.proxy.http.StreamReset;
import io.meltemi.proxy.loop.ConnectionRecords;
import io.meltemi.proxy.loop.WorkerLoop;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Whatever bytes come in HTTP/1, in whatever pieces, a connection takes or refuses them, throws
/// nothing and keeps no memory.
final class Http1FuzzTest {
    private static final Http1Dialect LENIENT =
            new Http1Dialect(
                    true,
                    "host",
                    true,
                    true,
                    true,
                    false,
                    java.util.List.of(),
                    null,
                    new Http1Dialect.Keeping(true, null));

    @Test
    void requestsInAnyPieces() throws IOException {
        Fuzzing.run(
                "HTTP/1 requests",
                Fuzzing.corpus("/fuzz/http1.txt"),
                (input, random) ->
                        serve(input, random, Http1Options.of(8192, 20, true, Http1Dialect.USUAL)));
    }

    @Test
    void requestsOfALenientServer() throws IOException {
        Fuzzing.run(
                "HTTP/1 requests, lenient",
                Fuzzing.corpus("/fuzz/http1.txt"),
                (input, random) -> serve(input, random, Http1Options.of(8192, 20, true, LENIENT)));
    }

    private static void serve(byte[] input, Random random, Http1Options options) throws Exception {
        UnpooledByteBufAllocator memory = new UnpooledByteBufAllocator(false, true);
        EmbeddedChannel channel = new EmbeddedChannel();
        channel.config().setAllocator(memory);
        WorkerLoop loop =
                new WorkerLoop(channel.eventLoop(), Ticker.SYSTEM, 0, new ConnectionRecords());
        Http1ServerConnection connection =
                new Http1ServerConnection(loop, options, new Exchanges());
        channel.pipeline().addLast(connection);
        for (int at = 0; at < input.length && channel.isActive(); ) {
            int count = Math.min(input.length - at, 1 + random.nextInt(200));
            ByteBuf piece = memory.directBuffer(count).writeBytes(input, at, count);
            at += count;
            // Past the pipeline, which would take exceptions for itself.
            connection.channelRead(channel.pipeline().context(connection), piece);
            channel.runPendingTasks();
            channel.releaseOutbound();
            assertThat(memory.metric().usedDirectMemory()).isLessThan(8L * 64 * 1024);
        }
        channel.finishAndReleaseAll();
        channel.checkException();
        assertThat(memory.metric().usedDirectMemory()).as("bytes kept").isZero();
    }

    /// Answers each request when it is complete. Confined to its test.
    private static final class Exchanges implements Http1Exchanges {
        @Override
        public MessageReceiver begin(MessageSender response) {
            return new Answer(response);
        }

        @Override
        public void reject(MessageSender response, Http1Error error) {
            HeaderMap headers = new HeaderMap();
            headers.add(":status", Integer.toString(error.status()));
            response.sendHeaders(headers, true);
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
            HeaderMap headers = new HeaderMap();
            headers.add(":status", "200");
            response.sendHeaders(headers, true);
        }

        @Override
        public void onReset(StreamReset reason) {
            response.reset(StreamReset.LOCAL_RESET);
        }

        @Override
        public void onWritable() {}
    }
}
