package io.meltemi.xds.server;

import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/// One stream to an ADS server of its own, played by hand. Confined to its test.
///
/// @param <Q> requests
/// @param <R> responses
final class Conversation<Q, R> {
    static final int MAX_NAMES = 100;

    private static final long SECONDS = 10;

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Server server;
    private final ManagedChannel channel;
    private final BiFunction<ManagedChannel, StreamObserver<R>, StreamObserver<Q>> call;
    private final BlockingQueue<R> responses = new LinkedBlockingQueue<>();
    private final CompletableFuture<Status> end = new CompletableFuture<>();
    private @Nullable StreamObserver<Q> requests;

    /// @param call opens the stream
    Conversation(
            SnapshotSource source,
            AdsObserver observer,
            Duration patience,
            BiFunction<ManagedChannel, StreamObserver<R>, StreamObserver<Q>> call)
            throws IOException {
        String name = InProcessServerBuilder.generateName();
        AdsServer ads =
                new AdsServer(
                        source, observer, new AdsSettings(MAX_NAMES, patience, 256 << 10), threads);
        server =
                InProcessServerBuilder.forName(name)
                        .executor(threads)
                        .addService(ads.aggregated())
                        .build()
                        .start();
        channel = InProcessChannelBuilder.forName(name).executor(threads).build();
        this.call = call;
    }

    private Conversation(Conversation<Q, R> first) {
        server = first.server;
        channel = first.channel;
        call = first.call;
    }

    /// Another stream to the same server, which ends with this one.
    Conversation<Q, R> beside() {
        return new Conversation<>(this);
    }

    void open() {
        requests = call.apply(channel, new Responses());
    }

    void send(Q request) {
        if (requests == null) {
            throw new AssertionError("not open");
        }
        requests.onNext(request);
    }

    /// The next response, or a failure after ten seconds.
    R next() {
        try {
            R response = responses.poll(SECONDS, TimeUnit.SECONDS);
            if (response == null) {
                throw new AssertionError("no response within " + SECONDS + " s");
            }
            return response;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    Status awaitEnd() {
        return end.orTimeout(SECONDS, TimeUnit.SECONDS).join();
    }

    void cancel() {
        if (requests instanceof ClientCallStreamObserver<?> open) {
            open.cancel("the test says so", null);
        }
    }

    void close() {
        channel.shutdownNow();
        server.shutdownNow();
        threads.shutdownNow();
    }

    private final class Responses implements StreamObserver<R> {
        @Override
        public void onNext(R response) {
            responses.add(response);
        }

        @Override
        public void onError(Throwable cause) {
            end.complete(Status.fromThrowable(cause));
        }

        @Override
        public void onCompleted() {
            end.complete(Status.OK);
        }
    }
}
