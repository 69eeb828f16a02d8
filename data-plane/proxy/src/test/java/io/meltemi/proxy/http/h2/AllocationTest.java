package io.meltemi.proxy.http.h2;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.http.MessageReceiver;
import io.meltemi.proxy.http.MessageSender;
import io.meltemi.proxy.http.StreamReset;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.util.ResourceLeakDetector;
import java.lang.management.ManagementFactory;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Bytes allocated on the event loop for one exchange, both sides of a connection together.
final class AllocationTest {
    /// What Netty's stream, flow control and write promises cost, and a HeaderMap for each of the
    /// two messages read: 2,664 measured, and a third more to spare.
    private static final long MAX_BYTES_PER_EXCHANGE = 3_600;

    private static final int WARM_UP = 3_000;
    private static final int EXCHANGES = 2_000;

    private static ResourceLeakDetector.Level before = ResourceLeakDetector.getLevel();

    @BeforeAll
    static void noLeakRecords() {
        before = ResourceLeakDetector.getLevel();
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
    }

    @AfterAll
    static void restore() {
        ResourceLeakDetector.setLevel(before);
    }

    @Test
    void exchangeWithoutBodyAllocatesLittle() {
        try (Loopback loopback = new Loopback()) {
            HeaderMap answer =
                    Loopback.headers(
                            ":status", "200", "server", "meltemi", "content-type", "text/plain");
            Channel server =
                    loopback.serve(
                            Http2Options.DEFAULTS,
                            response -> {
                                response.sendHeaders(answer, true);
                                return Quiet.INSTANCE;
                            });
            Http2ClientConnection client =
                    loopback.client(server, Http2Options.DEFAULTS, Quiet.INSTANCE);
            exchanges(loopback, client, WARM_UP);
            long thread = loopback.onLoop(() -> Thread.currentThread().threadId());
            long start = allocated(thread);

            exchanges(loopback, client, EXCHANGES);

            long perExchange = (allocated(thread) - start) / EXCHANGES;
            assertThat(perExchange).isBetween(100L, MAX_BYTES_PER_EXCHANGE);
        }
    }

    private static void exchanges(Loopback loopback, Http2ClientConnection client, int count) {
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        HeaderMap request = Loopback.request("GET", "/orders/17");
        request.add("user-agent", "test/1.0");
        request.add("x-forwarded-for", "10.0.0.1");
        loopback.run(() -> new Next(client, request, count, done).begin());
        RecordingReceiver.within(done);
    }

    private static long allocated(long thread) {
        return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean())
                .getThreadAllocatedBytes(thread);
    }

    /// One request after the other.
    private static final class Next implements MessageReceiver {
        private final Http2ClientConnection client;
        private final HeaderMap request;
        private final CompletableFuture<Boolean> done;
        private int left;

        Next(
                Http2ClientConnection client,
                HeaderMap request,
                int count,
                CompletableFuture<Boolean> done) {
            this.client = client;
            this.request = request;
            this.left = count;
            this.done = done;
        }

        void begin() {
            MessageSender sender = client.begin(this);
            sender.sendHeaders(request, true);
        }

        @Override
        public void onHeaders(HeaderMap headers, boolean endStream) {
            if (--left == 0) {
                done.complete(true);
            } else {
                begin();
            }
        }

        @Override
        public void onData(ByteBuf data, boolean endStream) {
            data.release();
        }

        @Override
        public void onTrailers(HeaderMap trailers) {}

        @Override
        public void onReset(StreamReset reason) {
            done.completeExceptionally(new IllegalStateException("reset " + reason));
        }

        @Override
        public void onWritable() {}
    }

    private enum Quiet implements MessageReceiver, Http2ClientConnection.Watcher {
        INSTANCE;

        @Override
        public void onHeaders(HeaderMap headers, boolean endStream) {}

        @Override
        public void onData(ByteBuf data, boolean endStream) {
            data.release();
        }

        @Override
        public void onTrailers(HeaderMap trailers) {}

        @Override
        public void onReset(StreamReset reason) {}

        @Override
        public void onWritable() {}

        @Override
        public void onCapacityChanged() {}

        @Override
        public void onClosed() {}
    }
}
