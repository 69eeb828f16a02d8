package io.meltemi.testkit.differential;

import io.grpc.Server;
import io.grpc.stub.StreamObserver;
import io.meltemi.xds.testing.LoopbackGrpc;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.collector.trace.v1.TraceServiceGrpc.TraceServiceImplBase;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// A collector of OTLP spans that keeps what comes. Thread-safe.
final class SpanCollector extends TraceServiceImplBase implements AutoCloseable {
    private final List<Span> spans = new CopyOnWriteArrayList<>();
    private final Server server;

    private SpanCollector() throws IOException {
        server = LoopbackGrpc.serve(this);
    }

    static SpanCollector start() throws IOException {
        return new SpanCollector();
    }

    int port() {
        return server.getPort();
    }

    List<Span> spans() {
        return List.copyOf(spans);
    }

    @Override
    public void export(
            ExportTraceServiceRequest request,
            StreamObserver<ExportTraceServiceResponse> response) {
        request.getResourceSpansList()
                .forEach(resource ->
                        resource.getScopeSpansList()
                                .forEach(scope -> spans.addAll(scope.getSpansList())));
        response.onNext(ExportTraceServiceResponse.getDefaultInstance());
        response.onCompleted();
    }

    @Override
    public void close() {
        server.shutdownNow();
    }
}
