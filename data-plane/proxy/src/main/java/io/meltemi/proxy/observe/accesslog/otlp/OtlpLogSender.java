package io.meltemi.proxy.observe.accesslog.otlp;

import io.grpc.stub.StreamObserver;
import io.meltemi.proxy.observe.GrpcClients;
import io.meltemi.proxy.observe.stats.Counter;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceResponse;
import io.opentelemetry.proto.collector.logs.v1.LogsServiceGrpc;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.opentelemetry.proto.logs.v1.ScopeLogs;
import io.opentelemetry.proto.resource.v1.Resource;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sends log records to one collector in batches. Thread-safe: records come from every event loop,
/// requests are made on the timer's thread.
///
/// At most [#MAX_WAITING_BYTES] of them wait and one request is under way; what comes beyond is
/// dropped and counted, and so is a batch that is refused.
final class OtlpLogSender {
    private static final Logger LOG = LoggerFactory.getLogger(OtlpLogSender.class);
    private static final long MAX_WAITING_BYTES = 1 << 20;
    private static final long DEADLINE_SECONDS = 10;

    private final GrpcClients clients;
    private final OtlpLogKey key;
    private final Resource resource;
    private final Counter written;
    private final Counter dropped;

    private final Queue<LogRecord> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicLong waitingBytes = new AtomicLong();
    private final Future<?> ticking;

    /// Confined to the timer.
    private boolean underWay;

    OtlpLogSender(
            GrpcClients clients,
            OtlpLogKey key,
            Resource resource,
            Counter written,
            Counter dropped) {
        this.clients = clients;
        this.key = key;
        this.resource = resource;
        this.written = written;
        this.dropped = dropped;
        long nanos = key.target().flushNanos();
        this.ticking =
                clients.timer()
                        .scheduleWithFixedDelay(this::flush, nanos, nanos, TimeUnit.NANOSECONDS);
    }

    /// From any event loop.
    void offer(LogRecord record) {
        int bytes = record.getSerializedSize();
        long before = waitingBytes.getAndAdd(bytes);
        if (before + bytes > MAX_WAITING_BYTES) {
            waitingBytes.addAndGet(-bytes);
            dropped.increment();
            return;
        }
        waiting.add(record);
        int most = key.target().bufferBytes();
        if (before < most && before + bytes >= most) {
            onTimer(this::flush);
        }
    }

    private void onTimer(Runnable task) {
        try {
            clients.timer().execute(task);
        } catch (RejectedExecutionException e) {
            LOG.debug("access log {}: the process is ending", key.target().logName(), e);
        }
    }

    private void flush() {
        if (underWay || waiting.isEmpty()) {
            return;
        }
        ScopeLogs.Builder records = ScopeLogs.newBuilder();
        long bytes = 0;
        long most = Math.max(1, key.target().bufferBytes());
        LogRecord record;
        while (bytes < most && (record = waiting.poll()) != null) {
            bytes += record.getSerializedSize();
            records.addLogRecords(record);
        }
        waitingBytes.addAndGet(-bytes);
        written.add(records.getLogRecordsCount());
        underWay = true;
        Answer answer = new Answer(records.getLogRecordsCount());
        try {
            LogsServiceGrpc.newStub(clients.channels().apply(key.target().cluster()))
                    .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS)
                    .export(request(records), answer);
        } catch (RuntimeException e) {
            answer.onError(e); // the cluster may come with a later configuration
        }
    }

    private ExportLogsServiceRequest request(ScopeLogs.Builder records) {
        return ExportLogsServiceRequest.newBuilder()
                .addResourceLogs(
                        ResourceLogs.newBuilder().setResource(resource).addScopeLogs(records))
                .build();
    }

    /// Sends what waits and takes no more.
    void close() {
        ticking.cancel(false);
        onTimer(this::flush);
    }

    private void answered() {
        underWay = false;
        if (waitingBytes.get() >= key.target().bufferBytes() || ticking.isCancelled()) {
            flush();
        }
    }

    /// What the collector said to one batch.
    private final class Answer implements StreamObserver<ExportLogsServiceResponse> {
        private final int count;

        Answer(int count) {
            this.count = count;
        }

        @Override
        public void onNext(ExportLogsServiceResponse response) {
            dropped.add(response.getPartialSuccess().getRejectedLogRecords());
        }

        @Override
        public void onError(Throwable error) {
            dropped.add(count);
            LOG.debug("{} log records are lost: {}", count, error.toString());
            onTimer(OtlpLogSender.this::answered);
        }

        @Override
        public void onCompleted() {
            onTimer(OtlpLogSender.this::answered);
        }
    }
}
