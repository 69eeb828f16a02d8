package io.meltemi.proxy.http.h2;

import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.http.MessageReceiver;
import io.meltemi.proxy.http.StreamReset;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Keeps what comes in on one exchange. Thread-safe: the loop writes, the test reads.
final class RecordingReceiver implements MessageReceiver {
    final List<HeaderMap> informational = new CopyOnWriteArrayList<>();
    final CompletableFuture<HeaderMap> headers = new CompletableFuture<>();
    final CompletableFuture<String> end = new CompletableFuture<>();
    final CompletableFuture<StreamReset> reset = new CompletableFuture<>();
    final AtomicLong bodyBytes = new AtomicLong();
    final AtomicInteger writable = new AtomicInteger();
    private final StringBuilder body = new StringBuilder(); // Guarded by itself.
    private final CompletableFuture<HeaderMap> trailers = new CompletableFuture<>();

    @Override
    public void onHeaders(HeaderMap map, boolean endStream) {
        String status = map.get(":status");
        if (status != null && status.startsWith("1")) {
            informational.add(map);
            return;
        }
        headers.complete(map);
        finish(endStream);
    }

    @Override
    public void onData(ByteBuf data, boolean endStream) {
        bodyBytes.addAndGet(data.readableBytes());
        synchronized (body) {
            body.append(data.toString(StandardCharsets.UTF_8));
        }
        data.release();
        finish(endStream);
    }

    @Override
    public void onTrailers(HeaderMap map) {
        trailers.complete(map);
        finish(true);
    }

    @Override
    public void onReset(StreamReset reason) {
        reset.complete(reason);
        end.complete("reset " + reason);
        headers.completeExceptionally(new IllegalStateException("reset " + reason));
    }

    @Override
    public void onWritable() {
        writable.incrementAndGet();
    }

    private void finish(boolean endStream) {
        if (endStream) {
            end.complete("end");
        }
    }

    /// "end", or "reset REASON".
    String awaitEnd() {
        return within(end);
    }

    HeaderMap awaitHeaders() {
        return within(headers);
    }

    @Nullable HeaderMap trailers() {
        return trailers.getNow(null);
    }

    String body() {
        synchronized (body) {
            return body.toString();
        }
    }

    static <T> T within(CompletableFuture<T> future) {
        return future.orTimeout(10, TimeUnit.SECONDS).join();
    }
}
