package io.meltemi.xds.client;

import com.google.protobuf.Duration;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One stream at a time to a service that asks for reports, and the one thing that is due next: a
/// report, or another stream. Confined to its executor.
public final class ReportStream<Q, R> implements AutoCloseable {
    /// Envoy reports without a pause when it is asked for none.
    private static final long SHORTEST_MILLIS = 100;

    private static final long LONGEST_SECONDS = 365L * 24 * 3600;

    private final Surroundings surroundings;
    private final MethodDescriptor<Q, R> method;
    private @Nullable GrpcCall<Q, R> call;
    private @Nullable Future<?> next;
    private boolean isClosed;

    /// What it works with. Immutable.
    ///
    /// @param channel to the service
    /// @param headers of each call, by lower-case name
    /// @param executor of one thread
    public record Surroundings(
            Channel channel, Map<String, String> headers, ScheduledExecutorService executor) {
        public Surroundings {
            headers = Map.copyOf(headers);
        }
    }

    public ReportStream(Surroundings surroundings, MethodDescriptor<Q, R> method) {
        this.surroundings = surroundings;
        this.method = method;
    }

    /// Opens a stream; does nothing once this is closed.
    ///
    /// @param hello runs when it is open
    /// @param received hears what the service says, one message after the other
    /// @param lost hears why it ended, unless it was closed from here
    public void open(Runnable hello, Consumer<R> received, Consumer<Status> lost) {
        if (isClosed) {
            return;
        }
        GrpcCall<Q, R> opened =
                new GrpcCall<>(
                        surroundings.channel(),
                        method,
                        surroundings.headers(),
                        surroundings.executor());
        call = opened;
        opened.start(
                message -> {
                    if (opened.equals(call)) {
                        received.accept(message);
                        opened.next();
                    }
                },
                () -> {},
                status -> {
                    if (opened.equals(call)) {
                        call = null;
                        lost.accept(status);
                    }
                });
        hello.run();
    }

    /// Says something on the stream that is open.
    public void send(Q message) {
        if (call != null) {
            call.send(message);
        }
    }

    /// Whether the service reads what it is told.
    public boolean isReady() {
        return call != null && call.isReady();
    }

    /// Does something after a while, in the place of what was due before.
    public void later(Runnable task, long millis) {
        if (next != null) {
            next.cancel(false);
        }
        next = surroundings.executor().schedule(task, millis, TimeUnit.MILLISECONDS);
    }

    /// Between reports, in milliseconds: never none, and never more than a year.
    public static long millis(Duration interval) {
        long seconds = Math.clamp(interval.getSeconds(), 0, LONGEST_SECONDS);
        return Math.max(SHORTEST_MILLIS, seconds * 1000 + interval.getNanos() / 1_000_000);
    }

    /// Ends the stream; nothing is due any more. The channel is its owner's to shut down.
    @Override
    public void close() {
        isClosed = true;
        if (next != null) {
            next.cancel(false);
        }
        if (call != null) {
            call.cancel();
            call = null;
        }
    }
}
