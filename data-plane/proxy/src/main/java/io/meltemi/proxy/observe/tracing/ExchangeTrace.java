package io.meltemi.proxy.observe.tracing;

import org.jspecify.annotations.Nullable;

/// The place of one exchange in its trace: what was extracted, decided and injected. Confined to
/// its event loop; part of the reused exchange record, so that an untraced request allocates
/// nothing.
public final class ExchangeTrace {
    /// Whether there is a trace at all; the ids are 0 without one.
    boolean active;

    boolean sampled;

    /// The caller vouches for a random trace id (W3C level 2): passed on, never claimed.
    boolean randomId;

    long traceIdHigh;
    long traceIdLow;
    long spanId;

    /// 0 for a root span.
    long parentSpanId;

    /// What the route says; [RouteTrace#NONE] without one.
    RouteTrace route = RouteTrace.NONE;

    @Nullable String traceState;
    @Nullable String operation;

    /// The operation the caller is told in the response; null: none.
    @Nullable String answer;

    /// Span of the current upstream attempt, 0 without one.
    long upstreamSpanId;

    long upstreamSpanStartNanos;

    /// Forgets the trace; the exchange record does this.
    public void reset() {
        active = false;
        sampled = false;
        randomId = false;
        traceIdHigh = 0;
        traceIdLow = 0;
        spanId = 0;
        parentSpanId = 0;
        route = RouteTrace.NONE;
        traceState = null;
        operation = null;
        answer = null;
        upstreamSpanId = 0;
        upstreamSpanStartNanos = 0;
    }

    public boolean isActive() {
        return active;
    }

    public boolean isSampled() {
        return sampled;
    }

    public long traceIdHigh() {
        return traceIdHigh;
    }

    public long traceIdLow() {
        return traceIdLow;
    }

    public long spanId() {
        return spanId;
    }
}
