package io.meltemi.testkit.xds;

import io.envoyproxy.envoy.service.load_stats.v3.LoadReportingServiceGrpc;
import io.envoyproxy.envoy.service.load_stats.v3.LoadStatsRequest;
import io.envoyproxy.envoy.service.load_stats.v3.LoadStatsResponse;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.meltemi.testkit.Deadline;
import io.meltemi.xds.testing.LoopbackGrpc;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A load reporting service that asks for what a test tells it and keeps what it hears.
/// Thread-safe.
final class ScriptedLoadService extends LoadReportingServiceGrpc.LoadReportingServiceImplBase
        implements AutoCloseable {
    private static final Duration SOON = Duration.ofSeconds(20);

    /// What came over one stream. Guarded by the service.
    private static final class Stream {
        private final List<LoadStatsRequest> heard = new ArrayList<>();
        private final StreamObserver<LoadStatsResponse> out;

        Stream(StreamObserver<LoadStatsResponse> out) {
            this.out = out;
        }
    }

    private final Server server;

    /// Guarded by this.
    private final List<Stream> streams = new ArrayList<>();

    private ScriptedLoadService() throws IOException {
        server = LoopbackGrpc.serve(this);
    }

    static ScriptedLoadService start() throws IOException {
        return new ScriptedLoadService();
    }

    int port() {
        return server.getPort();
    }

    @Override
    public synchronized StreamObserver<LoadStatsRequest> streamLoadStats(
            StreamObserver<LoadStatsResponse> out) {
        Stream stream = new Stream(out);
        streams.add(stream);
        return new StreamObserver<>() {
            @Override
            public void onNext(LoadStatsRequest request) {
                synchronized (ScriptedLoadService.this) {
                    stream.heard.add(request);
                }
            }

            @Override
            public void onError(Throwable error) {}

            @Override
            public void onCompleted() {}
        };
    }

    private synchronized @Nullable Stream stream(int number) {
        return streams.size() < number ? null : streams.get(number - 1);
    }

    /// What was heard over the stream of this number, from 1, but for what was heard before.
    synchronized List<LoadStatsRequest> heard(int number, int from) {
        Stream stream = stream(number);
        return stream == null ? List.of() : List.copyOf(stream.heard).subList(from, count(number));
    }

    synchronized int count(int number) {
        Stream stream = stream(number);
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

    private Stream newest() {
        return streams.getLast();
    }

    synchronized void ask(LoadStatsResponse wish) {
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
