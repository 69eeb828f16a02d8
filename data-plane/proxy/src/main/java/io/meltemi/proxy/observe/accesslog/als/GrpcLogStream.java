package io.meltemi.proxy.observe.accesslog.als;

import com.google.protobuf.MessageLite;
import io.envoyproxy.envoy.service.accesslog.v3.AccessLogServiceGrpc;
import io.envoyproxy.envoy.service.accesslog.v3.StreamAccessLogsMessage;
import io.envoyproxy.envoy.service.accesslog.v3.StreamAccessLogsMessage.Identifier;
import io.envoyproxy.envoy.service.accesslog.v3.StreamAccessLogsResponse;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.meltemi.proxy.observe.GrpcClients;
import io.meltemi.proxy.observe.stats.Counter;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One stream of log entries to one service. Thread-safe: entries come from every event loop, the
/// stream itself is confined to the timer's thread.
///
/// Entries wait at most a flush interval, and at most [#MAX_WAITING_BYTES] of them wait while the
/// service cannot be reached or does not read; more are dropped and counted.
///
/// @param <E> `HTTPAccessLogEntry` or `TCPAccessLogEntry`
final class GrpcLogStream<E extends MessageLite> {
    private static final Logger LOG = LoggerFactory.getLogger(GrpcLogStream.class);
    private static final long MAX_WAITING_BYTES = 1 << 20;
    private static final long FIRST_BACKOFF_MILLIS = 500;
    private static final long LAST_BACKOFF_MILLIS = 30_000;

    private final GrpcClients clients;
    private final StreamKey key;
    private final BiConsumer<StreamAccessLogsMessage.Builder, E> append;
    private final Counter written;
    private final Counter dropped;

    private final Queue<E> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicLong waitingBytes = new AtomicLong();
    private final AtomicBoolean flushAsked = new AtomicBoolean();
    private final Future<?> ticking;

    private @Nullable ClientCallStreamObserver<StreamAccessLogsMessage> call;
    private boolean identified;
    private int attempts;
    private int failures;
    private long nextAttemptNanos = System.nanoTime();
    private boolean closed;

    GrpcLogStream(
            GrpcClients clients,
            StreamKey key,
            BiConsumer<StreamAccessLogsMessage.Builder, E> append,
            Counter written,
            Counter dropped) {
        this.clients = clients;
        this.key = key;
        this.append = append;
        this.written = written;
        this.dropped = dropped;
        this.ticking =
                clients.timer()
                        .scheduleWithFixedDelay(
                                this::flush,
                                key.flushNanos(),
                                key.flushNanos(),
                                TimeUnit.NANOSECONDS);
    }

    /// From any event loop.
    void offer(E entry) {
        int bytes = entry.getSerializedSize();
        long before = waitingBytes.getAndAdd(bytes);
        if (before + bytes > MAX_WAITING_BYTES) {
            waitingBytes.addAndGet(-bytes);
            dropped.increment();
            return;
        }
        waiting.add(entry);
        if (before + bytes >= key.bufferBytes()) {
            askFlush();
        }
    }

    /// Sends soon what waits.
    void askFlush() {
        if (flushAsked.compareAndSet(false, true)) {
            onTimer(this::flush);
        }
    }

    private void onTimer(Runnable task) {
        try {
            clients.timer().execute(task);
        } catch (RejectedExecutionException e) {
            LOG.debug("access log stream {}: the process is ending", key.logName(), e);
        }
    }

    private void flush() {
        flushAsked.set(false);
        if (closed || waiting.isEmpty()) {
            return;
        }
        ClientCallStreamObserver<StreamAccessLogsMessage> stream = call;
        if (stream == null) {
            if (System.nanoTime() - nextAttemptNanos >= 0) {
                connect();
            }
            return; // onReady comes back here
        }
        while (stream.isReady() && !waiting.isEmpty()) {
            stream.onNext(batch());
        }
    }

    private StreamAccessLogsMessage batch() {
        StreamAccessLogsMessage.Builder message = StreamAccessLogsMessage.newBuilder();
        if (!identified) {
            identified = true;
            message.setIdentifier(
                    Identifier.newBuilder().setNode(clients.node()).setLogName(key.logName()));
        }
        long bytes = 0;
        long count = 0;
        E entry;
        while (bytes < Math.max(1, key.bufferBytes()) && (entry = waiting.poll()) != null) {
            append.accept(message, entry);
            bytes += entry.getSerializedSize();
            count++;
        }
        waitingBytes.addAndGet(-bytes);
        written.add(count);
        return message.build();
    }

    private void connect() {
        identified = false;
        Responses responses = new Responses(++attempts);
        try {
            AccessLogServiceGrpc.newStub(clients.channels().apply(key.cluster()))
                    .streamAccessLogs(responses);
            call = responses.call;
        } catch (RuntimeException e) {
            ended(responses, e.toString()); // the cluster may come with a later configuration
        }
    }

    /// Sends what can be sent at once and ends the stream.
    void close() {
        ticking.cancel(false);
        onTimer(() -> {
            flush();
            closed = true;
            dropped.add(waiting.size());
            if (call != null) {
                call.onCompleted();
            }
        });
    }

    private void ended(Responses which, String reason) {
        if (which.attempt != attempts) {
            return;
        }
        call = null;
        long backoff =
                Math.min(LAST_BACKOFF_MILLIS, FIRST_BACKOFF_MILLIS << Math.min(failures++, 10));
        long jittered = ThreadLocalRandom.current().nextLong(backoff) + 1;
        nextAttemptNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(jittered);
        LOG.debug("access log stream to {} ended: {}", key.cluster(), reason);
    }

    /// The service's side of the stream; its calls come on gRPC's threads and go to the timer.
    private final class Responses
            implements ClientResponseObserver<StreamAccessLogsMessage, StreamAccessLogsResponse> {
        private final int attempt;
        private @Nullable ClientCallStreamObserver<StreamAccessLogsMessage> call;

        Responses(int attempt) {
            this.attempt = attempt;
        }

        @Override
        public void beforeStart(ClientCallStreamObserver<StreamAccessLogsMessage> stream) {
            call = stream;
            stream.setOnReadyHandler(() ->
                    onTimer(() -> {
                        failures = 0;
                        flush();
                    }));
        }

        @Override
        public void onNext(StreamAccessLogsResponse response) {}

        @Override
        public void onError(Throwable error) {
            onTimer(() -> ended(this, error.toString()));
        }

        @Override
        public void onCompleted() {
            onTimer(() -> ended(this, "completed by the service"));
        }
    }
}
