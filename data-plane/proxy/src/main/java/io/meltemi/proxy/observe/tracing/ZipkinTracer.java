package io.meltemi.proxy.observe.tracing;

import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.observe.ExchangeRecord;
import io.meltemi.proxy.observe.tracing.Tracing.Settings;

/// `envoy.tracers.zipkin`: B3 and Zipkin's JSON, with the ids and kinds of Envoy 1.40's spans.
/// Immutable but for each worker's scratch space, which is confined to its event loop. `HOT`.
final class ZipkinTracer implements Tracer {
    private final Settings settings;
    private final ZipkinSettings zipkin;
    private final WorkerRandom random;
    private final ZipkinReporter reporter;
    private final byte[][] scratch;

    ZipkinTracer(
            Settings settings,
            ZipkinSettings zipkin,
            WorkerRandom random,
            int workers,
            ZipkinReporter reporter) {
        this.settings = settings;
        this.zipkin = zipkin;
        this.random = random;
        this.reporter = reporter;
        this.scratch = new byte[workers][B3Context.LONGEST];
    }

    /// Whether this proxy is a hop of its own between its caller's span and its upstream's.
    private boolean isHop() {
        return zipkin.split() || settings.spawnUpstreamSpan();
    }

    private boolean isClient() {
        return settings.egress() && !isHop();
    }

    /// The kind of an attempt's span; only the router's `start_child_span` makes it a server's.
    private boolean isAttemptClient() {
        return settings.egress() || isHop();
    }

    /// What the caller says about sampling counts, whatever this proxy decided.
    @Override
    public boolean begin(ExchangeRecord record, HeaderMap request, boolean traced) {
        ExchangeTrace trace = record.trace;
        trace.sampled = traced;
        trace.maybeShortId = true;
        switch (B3Context.extract(request, trace)) {
            case BROKEN -> {
                trace.sampled = false;
                return false;
            }
            case NONE -> {
                trace.spanId = random.nextId(record.worker);
                trace.traceIdLow = trace.spanId;
                trace.traceIdHigh = zipkin.longTraceIds() ? random.nextId(record.worker) : 0;
            }
            case CONTEXT -> {
                if (isClient() || !zipkin.shared()) {
                    trace.parentSpanId = trace.spanId;
                    trace.spanId = random.nextId(record.worker);
                }
            }
        }
        return true;
    }

    @Override
    public void beginAttempt(ExchangeTrace trace, int worker) {
        if (isAttemptClient() || !zipkin.shared()) {
            trace.upstreamSpanId = random.nextId(worker);
            trace.upstreamParentSpanId = trace.spanId;
        } else {
            trace.upstreamSpanId = trace.spanId;
            trace.upstreamParentSpanId = trace.parentSpanId;
        }
    }

    @Override
    public void inject(HeaderMap upstreamRequest, ExchangeTrace trace, int worker) {
        long parent = trace.upstreamSpanId == 0 ? trace.parentSpanId : trace.upstreamParentSpanId;
        B3Context.inject(upstreamRequest, trace, trace.callingSpanId(), parent, scratch[worker]);
    }

    @Override
    public void reportAttempt(ExchangeRecord record, long endNanos) {
        ZipkinSpans spans = reporter.spans(record.worker);
        spans.addAttempt(record, settings, isAttemptClient(), endNanos);
        reporter.added(record.worker);
    }

    @Override
    public void report(ExchangeRecord record) {
        ZipkinSpans spans = reporter.spans(record.worker);
        spans.add(record, settings, isClient());
        reporter.added(record.worker);
    }
}
