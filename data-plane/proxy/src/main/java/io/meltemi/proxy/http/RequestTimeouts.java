package io.meltemi.proxy.http;

import io.meltemi.proxy.decide.route.Forwarding;
import io.meltemi.proxy.decide.route.Timeouts;

/// How long one request and each of its attempts may take, of route and headers. Immutable.
final class RequestTimeouts {
    private final Forwarding forwarding;
    private final long startedNanos;
    private final long wholeNanos;
    private final long perTryNanos;
    private final boolean hedges;
    private final boolean alternative;

    private RequestTimeouts(Forwarding forwarding, HeaderMap request, long now) {
        this.forwarding = forwarding;
        this.startedNanos = now;
        this.wholeNanos = Timeouts.wholeNanos(forwarding, request);
        this.perTryNanos = Timeouts.perTryNanos(forwarding.retry(), request, wholeNanos);
        this.hedges = Timeouts.hedges(forwarding, request);
        this.alternative = Timeouts.wantsAlternative(request);
    }

    /// Reads the request's headers that speak of it, and takes them away.
    static RequestTimeouts of(HttpExchange exchange, Forwarding forwarding) {
        HeaderMap request = exchange.requestHeaders();
        RequestTimeouts timeouts =
                new RequestTimeouts(forwarding, request, exchange.connection().loop().nanos());
        long most = Timeouts.streamNanos(forwarding, request);
        if (most >= 0) {
            exchange.timers().limitDuration(most);
            if (Timeouts.isStreamGrpcTimed(forwarding, request)) {
                request.set(Timeouts.GRPC, Timeouts.grpcText(most / 1_000_000));
            }
        }
        Timeouts.removeHeaders(request);
        return timeouts;
    }

    /// From the end of the request; 0 for ever.
    long wholeNanos() {
        return wholeNanos;
    }

    /// One attempt; 0 for as long as the whole.
    long perTryNanos() {
        return perTryNanos;
    }

    /// Whether an attempt that takes too long goes on beside the next one.
    boolean hedges() {
        return hedges;
    }

    long sinceStart(long now) {
        return now - startedNanos;
    }

    /// Envoy: a client may ask for 204 where a timeout would be 504.
    LocalReply told(LocalReply reply) {
        return alternative ? LocalReplies.alternative(reply) : reply;
    }

    /// Tells the upstream how long it has.
    ///
    /// @param own whether by Envoy's header too
    void tell(HeaderMap request, boolean first, long now, boolean own) {
        // Envoy: an attempt may be limited where the whole request is not.
        long expected = perTryNanos > 0 && !hedges ? perTryNanos : wholeNanos;
        if (expected <= 0) {
            return;
        }
        if (wholeNanos > 0) {
            long left = wholeNanos - (first ? 0 : now - startedNanos);
            expected = Math.min(expected, left);
        }
        long millis = Math.max(0, expected / 1_000_000);
        if (own) {
            request.set(HeaderNames.X_ENVOY_EXPECTED_RQ_TIMEOUT_MS, Long.toString(millis));
        }
        if (millis > 0 && Timeouts.isGrpcTimed(forwarding, request)) {
            request.set(Timeouts.GRPC, Timeouts.grpcText(millis));
        }
    }
}
