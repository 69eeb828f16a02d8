package io.meltemi.testkit.differential;

import com.google.protobuf.Message;
import io.grpc.Server;
import io.grpc.stub.StreamObserver;
import io.meltemi.xds.testing.LoopbackGrpc;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceResponse;
import io.opentelemetry.proto.collector.logs.v1.LogsServiceGrpc.LogsServiceImplBase;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// A collector of OTLP logs that keeps what comes, as text. Thread-safe.
final class LogCollector extends LogsServiceImplBase implements AutoCloseable {
    private final List<String> records = new CopyOnWriteArrayList<>();
    private final List<String> resources = new CopyOnWriteArrayList<>();
    private final Server server;

    private LogCollector() throws IOException {
        server = LoopbackGrpc.serve(this);
    }

    static LogCollector start() throws IOException {
        return new LogCollector();
    }

    int port() {
        return server.getPort();
    }

    /// Each without its time, in no order; records of several workers mix.
    List<String> records() {
        return records.stream().sorted().toList();
    }

    /// The different ones that records came with.
    List<String> resources() {
        return resources.stream().distinct().sorted().toList();
    }

    @Override
    public void export(
            ExportLogsServiceRequest request, StreamObserver<ExportLogsServiceResponse> response) {
        for (ResourceLogs each : request.getResourceLogsList()) {
            resources.add("resource " + line(each.getResource()));
            each.getScopeLogsList()
                    .forEach(scope ->
                            scope.getLogRecordsList().forEach(record -> records.add(text(record))));
        }
        response.onNext(ExportLogsServiceResponse.getDefaultInstance());
        response.onCompleted();
    }

    private static String text(LogRecord record) {
        boolean timed = record.getTimeUnixNano() > 1_700_000_000_000_000_000L;
        return "record timed:" + timed + " " + line(record.toBuilder().clearTimeUnixNano().build());
    }

    private static String line(Message message) {
        return message.toString().replaceAll("\\s+", " ");
    }

    @Override
    public void close() {
        server.shutdownNow();
    }
}
