package io.meltemi.proxy.observe.tracing;

import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.observe.ExchangeRecord;
import io.meltemi.proxy.observe.tracing.RequestIds.TraceReason;
import org.jspecify.annotations.Nullable;

/// The tracing of one connection manager, compiled. Immutable but for its tracer's parts, each of
/// which is confined to an event loop. `HOT`.
///
/// The data path calls, in this order: [#begin] when the route is chosen, [#beginAttempt] with the
/// headers of each upstream request, [#endAttempt] when that is over, [#respond] with the response,
/// [#end] at the end.
public final class Tracing {
    private static final String DECORATOR = "x-envoy-decorator-operation";

    private final Settings settings;
    private final RequestIds requestIds;
    private final WorkerRandom random;
    private final @Nullable Tracer tracer;

    /// @param tracer null: request ids carry decisions, but no context is passed on
    Tracing(
            Settings settings,
            RequestIds requestIds,
            WorkerRandom random,
            @Nullable Tracer tracer) {
        this.settings = settings;
        this.requestIds = requestIds;
        this.random = random;
        this.tracer = tracer;
    }

    /// @param egress whether this is an outbound listener
    /// @param spawnUpstreamSpan whether this proxy is a hop of its own in the trace; then each
    ///   attempt is a span of its own
    /// @param childSpans whether the router makes each attempt a span without that
    /// @param verbose whether spans tell when bytes came and went
    /// @param maxPathLength of the `http.url` attribute
    record Settings(
            boolean egress,
            boolean spawnUpstreamSpan,
            boolean childSpans,
            boolean verbose,
            int maxPathLength,
            Sampling sampling,
            CustomTags tags) {

        static Settings of(
                HttpConnectionManager.Tracing config,
                boolean egress,
                boolean childSpans,
                CustomTags tags) {
            return new Settings(
                    egress,
                    config.hasSpawnUpstreamSpan() && config.getSpawnUpstreamSpan().getValue(),
                    childSpans,
                    config.getVerbose(),
                    config.hasMaxPathTagLength() ? config.getMaxPathTagLength().getValue() : 256,
                    Sampling.of(
                            config.hasClientSampling(),
                            config.getClientSampling(),
                            config.hasRandomSampling(),
                            config.getRandomSampling(),
                            config.hasOverallSampling(),
                            config.getOverallSampling()),
                    tags);
        }

        /// Envoy's OpenTelemetry tracer: only a proxy that is no hop of its own speaks for the
        /// caller, so that a gateway's span is a server's although its traffic is outbound.
        boolean isClientSide() {
            return egress && !spawnUpstreamSpan;
        }

        boolean hasAttemptSpans() {
            return spawnUpstreamSpan || childSpans;
        }
    }

    /// Decides whether the request is traced and takes its place in the caller's trace. The
    /// record's request headers must be set and have their request id.
    public void begin(ExchangeRecord record, RouteTrace route) {
        HeaderMap request = record.requestHeaders;
        if (request == null) {
            throw new IllegalStateException("a trace begins before the request's headers");
        }
        boolean traced = decide(record, request, route) && !record.isHealthCheck;
        operation(record, request, route);
        if (tracer != null && tracer.begin(record, request, traced)) {
            record.trace.active = true;
            record.trace.route = route;
        }
    }

    /// Envoy's `ConnectionManagerUtility::mutateTracingRequestHeader`.
    private boolean decide(ExchangeRecord record, HeaderMap request, RouteTrace route) {
        if (!requestIds.samplesById()) {
            return true; // Envoy then leaves the decision to the tracer, whose sampler takes all
        }
        int rank = RequestIds.modulo(request, Sampling.WHOLE);
        TraceReason reason = requestIds.reason(request);
        if (rank < 0 || reason == null) {
            return false;
        }
        Sampling sampling = route.sampling == null ? settings.sampling() : route.sampling;
        if (reason == TraceReason.NOT_TRACEABLE) {
            reason = reason(record.worker, request, sampling, rank);
        }
        if (reason != TraceReason.NOT_TRACEABLE && rank >= sampling.overall()) {
            reason = TraceReason.NOT_TRACEABLE;
        }
        requestIds.setReason(record.worker, request, reason);
        return reason != TraceReason.NOT_TRACEABLE;
    }

    private TraceReason reason(int worker, HeaderMap request, Sampling sampling, int rank) {
        if (request.contains("x-client-trace-id")
                && random.below(worker, Sampling.WHOLE) < sampling.client()) {
            return TraceReason.CLIENT_FORCED;
        }
        if (request.contains("x-envoy-force-trace")) {
            return TraceReason.SERVICE_FORCED;
        }
        return rank < sampling.random() ? TraceReason.SAMPLED : TraceReason.NOT_TRACEABLE;
    }

    /// Envoy's `ConnectionManagerImpl::ActiveStream::traceRequest`: the caller's proxy tells the
    /// operation in a header, and the callee's proxy takes it from there.
    private void operation(ExchangeRecord record, HeaderMap request, RouteTrace route) {
        record.trace.operation = route.operation;
        if (settings.egress()) {
            if (route.operation != null && route.propagate) {
                request.set(DECORATOR, route.operation);
            }
            return;
        }
        record.trace.answer = route.propagate ? route.operation : null;
        String told = request.get(DECORATOR);
        if (told != null) {
            request.remove(DECORATOR);
            if (!told.isEmpty()) {
                record.trace.operation = told;
                record.trace.answer = null;
            }
        }
    }

    /// Before a response goes to the caller. Envoy: the callee's proxy tells its operation where
    /// the caller's had none to tell, and the caller's proxy takes it for its own span.
    public void respond(ExchangeRecord record, HeaderMap response) {
        if (!settings.egress()) {
            if (record.trace.answer != null) {
                response.set(DECORATOR, record.trace.answer);
            }
            return;
        }
        String told = response.get(DECORATOR);
        if (told != null) {
            response.remove(DECORATOR);
            if (!told.isEmpty()) {
                record.trace.operation = told;
            }
        }
    }

    /// Writes the context into an upstream request, as a span of its own where configured.
    public void beginAttempt(ExchangeRecord record, HeaderMap upstreamRequest, long tickerNanos) {
        ExchangeTrace trace = record.trace;
        if (tracer == null || !trace.active) {
            return;
        }
        if (settings.hasAttemptSpans()) {
            tracer.beginAttempt(trace, record.worker);
            trace.upstreamSpanStartNanos = record.sinceStart(tickerNanos);
            trace.forgetAttempt();
        }
        tracer.inject(upstreamRequest, trace, record.worker);
    }

    /// An attempt is over; the record still tells its host and code.
    public void endAttempt(ExchangeRecord record, long tickerNanos) {
        ExchangeTrace trace = record.trace;
        if (trace.upstreamSpanId == 0) {
            return;
        }
        if (trace.sampled && tracer != null) {
            tracer.reportAttempt(record, record.sinceStart(tickerNanos));
        }
        trace.upstreamSpanId = 0;
    }

    /// The exchange is over: reports its span. The record is complete but not yet reset.
    public void end(ExchangeRecord record) {
        ExchangeTrace trace = record.trace;
        if (!trace.active) {
            return;
        }
        if (trace.upstreamSpanId != 0) {
            endAttempt(record, record.startNanos + Math.max(0, record.endNanos));
        }
        if (trace.sampled && tracer != null) {
            tracer.report(record);
        }
    }
}
