package io.meltemi.proxy.observe.tracing;

import io.envoyproxy.envoy.config.core.v3.Node;
import io.meltemi.proxy.observe.GrpcClients;
import io.meltemi.proxy.observe.stats.Counter;
import io.meltemi.proxy.observe.stats.StatsScope;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sends spans to one collector in batches, by OTLP. Thread-safe: spans come from every event loop,
/// requests are made on the timer's thread.
///
/// At most [#MAX_WAITING] spans wait and one request is under way; what comes beyond is dropped and
/// counted. A refused batch is lost: the collector's clients are many, and trying again would only
/// make it worse.
final class SpanExporter {
    private static final Logger LOG = LoggerFactory.getLogger(SpanExporter.class);

    /// OpenTelemetry's batch processor: 2,048 waiting, 512 at once.
    private static final int MAX_WAITING = 2_048;

    private static final int BATCH = 512;
    private static final long FLUSH_MILLIS = 1_000;

    private final GrpcClients clients;
    private final SpanSink sink;
    private final Resource resource;
    private final Counter sent;
    private final Counter dropped;
    private final Counter flushed;

    private final Queue<Span> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waitingCount = new AtomicInteger();
    private final Future<?> ticking;

    /// Confined to the timer.
    private boolean underWay;

    SpanExporter(GrpcClients clients, SpanSink sink, Resource resource, StatsScope stats) {
        this.clients = clients;
        this.sink = sink;
        this.resource = resource;
        this.sent = stats.counter("spans_sent");
        this.dropped = stats.counter("spans_dropped");
        this.flushed = stats.counter("timer_flushed");
        this.ticking =
                clients.timer()
                        .scheduleWithFixedDelay(
                                this::tick, FLUSH_MILLIS, FLUSH_MILLIS, TimeUnit.MILLISECONDS);
    }

    /// Who we are.
    Node node() {
        return clients.node();
    }

    /// From any event loop.
    void offer(Span span) {
        int count = waitingCount.incrementAndGet();
        if (count > MAX_WAITING) {
            waitingCount.decrementAndGet();
            dropped.increment();
            return;
        }
        waiting.add(span);
        if (count % BATCH == 0) {
            askFlush();
        }
    }

    /// Sends soon what waits.
    void askFlush() {
        onTimer(this::flush);
    }

    private void onTimer(Runnable task) {
        try {
            clients.timer().execute(task);
        } catch (RejectedExecutionException e) {
            LOG.debug("spans for {}: the process is ending", sink, e);
        }
    }

    private void tick() {
        flushed.increment();
        flush();
    }

    private void flush() {
        if (underWay || waiting.isEmpty()) {
            return;
        }
        ScopeSpans.Builder spans =
                ScopeSpans.newBuilder()
                        .setScope(InstrumentationScope.newBuilder().setName("meltemi"));
        Span span;
        while (spans.getSpansCount() < BATCH && (span = waiting.poll()) != null) {
            spans.addSpans(span);
        }
        waitingCount.addAndGet(-spans.getSpansCount());
        underWay = true;
        sink.export(request(spans), new Answer(spans.getSpansCount()));
    }

    private ExportTraceServiceRequest request(ScopeSpans.Builder spans) {
        return ExportTraceServiceRequest.newBuilder()
                .addResourceSpans(
                        ResourceSpans.newBuilder().setResource(resource).addScopeSpans(spans))
                .build();
    }

    /// Sends what waits and takes no more.
    void close() {
        ticking.cancel(false);
        askFlush();
    }

    private void answered() {
        underWay = false;
        flush();
    }

    /// What the collector said to one batch.
    private final class Answer implements SpanSink.Outcome {
        private final int count;

        Answer(int count) {
            this.count = count;
        }

        @Override
        public void answered(long rejected) {
            sent.add(count - rejected);
            dropped.add(rejected);
            onTimer(SpanExporter.this::answered);
        }

        @Override
        public void failed(String why) {
            dropped.add(count);
            LOG.debug("{} spans for {} are lost: {}", count, sink, why);
            onTimer(SpanExporter.this::answered);
        }
    }
}
