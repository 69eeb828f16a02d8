package io.meltemi.proxy.observe.tracing;

import io.grpc.stub.StreamObserver;
import io.meltemi.proxy.observe.GrpcClients;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.collector.trace.v1.TraceServiceGrpc;
import java.util.concurrent.TimeUnit;

/// OTLP over gRPC (`grpc_service`). Immutable.
record GrpcSpanSink(GrpcClients clients, String cluster) implements SpanSink {
    private static final long DEADLINE_MILLIS = 10_000;

    @Override
    public void export(ExportTraceServiceRequest request, Outcome outcome) {
        Answer answer = new Answer(outcome);
        try {
            TraceServiceGrpc.newStub(clients.channels().apply(cluster))
                    .withDeadlineAfter(DEADLINE_MILLIS, TimeUnit.MILLISECONDS)
                    .export(request, answer);
        } catch (RuntimeException e) {
            answer.onError(e); // the cluster may come with a later configuration
        }
    }

    @Override
    public String toString() {
        return cluster;
    }

    /// What the collector said to one batch. Called by one thread at a time.
    private static final class Answer implements StreamObserver<ExportTraceServiceResponse> {
        private final Outcome outcome;
        private long rejected;

        Answer(Outcome outcome) {
            this.outcome = outcome;
        }

        @Override
        public void onNext(ExportTraceServiceResponse response) {
            rejected = response.getPartialSuccess().getRejectedSpans();
        }

        @Override
        public void onError(Throwable error) {
            outcome.failed(error.toString());
        }

        @Override
        public void onCompleted() {
            outcome.answered(rejected);
        }
    }
}
