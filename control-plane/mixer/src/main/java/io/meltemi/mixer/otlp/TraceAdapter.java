package io.meltemi.mixer.otlp;

import io.grpc.stub.StreamObserver;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.collector.trace.v1.TraceServiceGrpc.TraceServiceImplBase;

/// Receives spans over OTLP/gRPC. Thread-safe.
public final class TraceAdapter extends TraceServiceImplBase {
    private final TraceWindow traces;

    public TraceAdapter(TraceWindow traces) {
        this.traces = traces;
    }

    @Override
    public void export(
            ExportTraceServiceRequest request,
            StreamObserver<ExportTraceServiceResponse> responses) {
        traces.accept(request);
        responses.onNext(ExportTraceServiceResponse.getDefaultInstance());
        responses.onCompleted();
    }
}
