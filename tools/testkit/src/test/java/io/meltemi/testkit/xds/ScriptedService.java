package io.meltemi.testkit.xds;

import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.meltemi.testkit.Deadline;
import io.meltemi.xds.testing.LoopbackGrpc;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A service that proxies report to over streams of one method: it asks for what a test tells it
/// and keeps what it hears. Thread-safe.
///
/// @param <Q> what proxies say
/// @param <R> what they are asked for
final class ScriptedService<Q, R> implements AutoCloseable {
    private static final Duration SOON = Duration.ofSeconds(20);

    /// What came over one stream. Guarded by the service.
    private static final class Stream<Q, R> {
        private final List<Q> heard = new ArrayList<>();
        private final StreamObserver<R> out;

        Stream(StreamObserver<R> out) {
            this.out = out;
        }
    }

    private final Server server;

    /// Guarded by this.
    private final List<Stream<Q, R>> streams = new ArrayList<>();

    private ScriptedService(MethodDescriptor<Q, R> method) throws IOException {
        server =
                LoopbackGrpc.serve(
                        List.of(
                                ServerServiceDefinition.builder(
                                                String.valueOf(method.getServiceName()))
                                        .addMethod(
                                                method,
                                                ServerCalls.asyncBidiStreamingCall(this::opened))
                                        .build()));
    }

    /// @param method the one method that it serves
    static <Q, R> ScriptedService<Q, R> start(MethodDescriptor<Q, R> method) throws IOException {
        return new ScriptedService<>(method);
    }

    int port() {
        return server.getPort();
    }

    private synchronized StreamObserver<Q> opened(StreamObserver<R> out) {
        Stream<Q, R> stream = new Stream<>(out);
        streams.add(stream);
        return new StreamObserver<>() {
            @Override
            public void onNext(Q request) {
                synchronized (ScriptedService.this) {
                    stream.heard.add(request);
                }
            }

            @Override
            public void onError(Throwable error) {}

            @Override
            public void onCompleted() {}
        };
    }

    private synchronized @Nullable Stream<Q, R> stream(int number) {
        return streams.size() < number ? null : streams.get(number - 1);
    }

    /// What was heard over the stream of this number, from 1, but for what was heard before.
    synchronized List<Q> heard(int number, int from) {
        Stream<Q, R> stream = stream(number);
        return stream == null ? List.of() : List.copyOf(stream.heard).subList(from, count(number));
    }

    synchronized int count(int number) {
        Stream<Q, R> stream = stream(number);
        return stream == null ? 0 : stream.heard.size();
    }

    /// Waits until this many messages have come over a stream.
    void await(int number, int messages) throws IOException {
        Deadline.await(
                messages + " messages on stream " + number,
                SOON,
                () -> count(number) >= messages,
                () -> "there are " + count(number));
    }

    private Stream<Q, R> newest() {
        return streams.getLast();
    }

    synchronized void ask(R wish) {
        newest().out.onNext(wish);
    }

    /// Ends the newest stream.
    synchronized void end(Status status) {
        if (status.isOk()) {
            newest().out.onCompleted();
        } else {
            newest().out.onError(status.asRuntimeException());
        }
    }

    @Override
    public void close() {
        server.shutdownNow();
    }
}
