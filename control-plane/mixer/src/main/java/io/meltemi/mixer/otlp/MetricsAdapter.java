package io.meltemi.mixer.otlp;

import io.grpc.stub.StreamObserver;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsPartialSuccess;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceResponse;
import io.opentelemetry.proto.collector.metrics.v1.MetricsServiceGrpc.MetricsServiceImplBase;

/// Receives applications' metrics over OTLP/gRPC. Thread-safe.
public final class MetricsAdapter extends MetricsServiceImplBase {
    private final ApplicationMetrics metrics;

    public MetricsAdapter(ApplicationMetrics metrics) {
        this.metrics = metrics;
    }

    @Override
    public void export(
            ExportMetricsServiceRequest request,
            StreamObserver<ExportMetricsServiceResponse> responses) {
        responses.onNext(answer(metrics.accept(request)));
        responses.onCompleted();
    }

    /// OTLP: what was refused is said, so that senders can warn.
    static ExportMetricsServiceResponse answer(int refused) {
        ExportMetricsServiceResponse.Builder response = ExportMetricsServiceResponse.newBuilder();
        if (refused > 0) {
            response.setPartialSuccess(
                    ExportMetricsPartialSuccess.newBuilder()
                            .setRejectedDataPoints(refused)
                            .setErrorMessage(
                                    "too many series (at most "
                                            + ApplicationMetrics.MAX_SERIES
                                            + "), or a type that is not kept"));
        }
        return response.build();
    }
}
