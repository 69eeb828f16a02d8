package io.meltemi.proxy.observe.tracing;

import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.observe.ExchangeRecord;
import io.meltemi.proxy.observe.tracing.Tracing.Settings;
import org.jspecify.annotations.Nullable;

/// `envoy.tracers.opentelemetry`: W3C Trace Context and OTLP. Immutable but for each worker's
/// scratch space, which is confined to its event loop. `HOT`.
final class OpenTelemetryTracer implements Tracer {
    private final Settings settings;
    private final WorkerRandom random;
    private final boolean alwaysOn;
    private final @Nullable SpanExporter exporter;
    private final byte[][] scratch;

    /// @param alwaysOn whether every request is sampled, whatever the caller decided
    /// @param exporter null: the context is passed on and nothing reported
    OpenTelemetryTracer(
            Settings settings,
            WorkerRandom random,
            int workers,
            boolean alwaysOn,
            @Nullable SpanExporter exporter) {
        this.settings = settings;
        this.random = random;
        this.alwaysOn = alwaysOn;
        this.exporter = exporter;
        this.scratch = new byte[workers][64];
    }

    @Override
    public boolean begin(ExchangeRecord record, HeaderMap request, boolean traced) {
        ExchangeTrace trace = record.trace;
        if (TraceContext.extract(request, trace)) {
            // Envoy 1.40: the caller's wish counts where this proxy traces the request at all
            trace.sampled &= traced;
        } else {
            trace.traceIdHigh = random.nextId(record.worker);
            trace.traceIdLow = random.next(record.worker);
            trace.sampled = traced;
        }
        trace.sampled |= alwaysOn;
        trace.spanId = random.nextId(record.worker);
        return true;
    }

    @Override
    public void beginAttempt(ExchangeTrace trace, int worker) {
        trace.upstreamSpanId = random.nextId(worker);
        trace.upstreamParentSpanId = trace.spanId;
    }

    @Override
    public void inject(HeaderMap upstreamRequest, ExchangeTrace trace, int worker) {
        TraceContext.inject(upstreamRequest, trace, trace.callingSpanId(), scratch[worker]);
    }

    @Override
    public void reportAttempt(ExchangeRecord record, long endNanos) {
        if (exporter != null) {
            exporter.offer(Spans.upstream(record, settings, endNanos));
        }
    }

    @Override
    public void report(ExchangeRecord record) {
        if (exporter != null) {
            exporter.offer(Spans.downstream(record, settings, exporter.node()));
        }
    }
}
