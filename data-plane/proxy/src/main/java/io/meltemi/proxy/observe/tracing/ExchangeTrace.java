package io.meltemi.proxy.observe.tracing;

import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.http.ResponseFlag;
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

    /// Whether an id of 64 bits is told as such.
    boolean maybeShortId;

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

    long upstreamParentSpanId;
    long upstreamSpanStartNanos;

    /// What the current attempt was answered, null before it was.
    @Nullable HeaderMap upstreamHeaders;

    @Nullable HeaderMap upstreamTrailers;

    /// Why the current attempt failed, null while it has not.
    @Nullable ResponseFlag upstreamFlag;

    @Nullable String upstreamError;

    /// Forgets the trace; the exchange record does this.
    public void reset() {
        active = false;
        sampled = false;
        randomId = false;
        maybeShortId = false;
        traceIdHigh = 0;
        traceIdLow = 0;
        spanId = 0;
        parentSpanId = 0;
        route = RouteTrace.NONE;
        traceState = null;
        operation = null;
        answer = null;
        upstreamSpanId = 0;
        upstreamParentSpanId = 0;
        upstreamSpanStartNanos = 0;
        forgetAttempt();
    }

    /// The span whose context an upstream gets.
    long callingSpanId() {
        return upstreamSpanId == 0 ? spanId : upstreamSpanId;
    }

    /// What the last attempt came to is not the next one's.
    void forgetAttempt() {
        upstreamHeaders = null;
        upstreamTrailers = null;
        upstreamFlag = null;
        upstreamError = null;
    }

    /// The current attempt got the headers of its response.
    public void answered(HeaderMap headers) {
        upstreamHeaders = headers;
    }

    /// The current attempt got the trailers of its response.
    public void answerEnded(HeaderMap trailers) {
        upstreamTrailers = trailers;
    }

    /// The current attempt came to nothing.
    ///
    /// @param reason in Envoy's words
    public void failed(ResponseFlag flag, String reason) {
        upstreamFlag = flag;
        upstreamError = reason;
    }

    public boolean isActive() {
        return active;
    }

    public boolean isSampled() {
        return sampled;
    }

    /// Whether the trace's id is told with all its 128 bits. Zipkin's may have 64.
    public boolean hasLongId() {
        return !maybeShortId || traceIdHigh != 0;
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
