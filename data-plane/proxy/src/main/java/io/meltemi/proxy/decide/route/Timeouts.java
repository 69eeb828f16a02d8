package io.meltemi.proxy.decide.route;

import io.meltemi.proxy.decide.match.DecimalNumber;
import io.meltemi.proxy.decide.retry.RetryPolicy;
import io.meltemi.proxy.http.HeaderMap;
import org.jspecify.annotations.Nullable;

/// How long a request may take, its own headers included. Immutable: pure functions.
///
/// Envoy has two ways to let `grpc-timeout` count: the older `max_grpc_timeout` makes it the
/// timeout of the route, `grpc_timeout_header_max` makes it the limit of the whole exchange. Envoy:
/// `x-envoy-upstream-rq-timeout-ms` replaces the route's timeout; a per-try timeout that is not
/// shorter than the whole one is ignored; `grpc-timeout` counts only where the route allows it.
public final class Timeouts {
    private static final String WHOLE = "x-envoy-upstream-rq-timeout-ms";
    private static final String PER_TRY = "x-envoy-upstream-rq-per-try-timeout-ms";

    private static final String ALTERNATIVE = "x-envoy-upstream-rq-timeout-alt-response";
    private static final String HEDGE = "x-envoy-hedge-on-per-try-timeout";

    /// The header of gRPC's own timeout.
    public static final String GRPC = "grpc-timeout";

    private static final long MOST_DIGITS = 99_999_999L;
    private static final long NANOS_PER_MILLI = 1_000_000L;

    private Timeouts() {}

    /// From the request's end to the response's end; 0: none.
    public static long wholeNanos(Forwarding forwarding, HeaderMap request) {
        int millis = DecimalNumber.of(request.get(WHOLE));
        if (millis >= 0) {
            return millis * NANOS_PER_MILLI;
        }
        return isGrpcTimed(forwarding, request)
                ? grpcNanos(request, forwarding)
                : forwarding.timeoutNanos();
    }

    /// Whether `grpc-timeout` is the request's timeout; then the upstream is told what is left.
    public static boolean isGrpcTimed(Forwarding forwarding, HeaderMap request) {
        return forwarding.maxGrpcNanos() >= 0 && isGrpc(request);
    }

    /// gRPC over HTTP/2: at most eight digits and a unit.
    public static String grpcText(long millis) {
        return millis > MOST_DIGITS ? Math.min(MOST_DIGITS, millis / 1000) + "S" : millis + "m";
    }

    private static boolean isGrpc(HeaderMap request) {
        String type = request.get("content-type");
        return type != null && type.startsWith("application/grpc");
    }

    private static long grpcNanos(HeaderMap request, Forwarding forwarding) {
        long most = forwarding.maxGrpcNanos();
        long asked = grpcTimeoutNanos(request.get(GRPC));
        long offset = forwarding.grpcTimeoutOffsetNanos();
        // Envoy: an offset that would leave nothing is not taken.
        asked = asked > offset ? asked - offset : asked;
        return most != 0 && (asked == 0 || asked > most) ? most : asked;
    }

    /// One attempt; 0: only the whole timeout counts.
    public static long perTryNanos(
            @Nullable RetryPolicy policy, HeaderMap request, long wholeNanos) {
        int millis = DecimalNumber.of(request.get(PER_TRY));
        long nanos =
                millis >= 0
                        ? millis * NANOS_PER_MILLI
                        : policy == null ? 0 : policy.perTryTimeoutNanos();
        return wholeNanos != 0 && nanos >= wholeNanos ? 0 : nanos;
    }

    /// The whole exchange, `grpc-timeout` included; 0: none; -1: the connection manager's.
    public static long streamNanos(Forwarding forwarding, HeaderMap request) {
        long most = forwarding.grpcTimeoutHeaderMaxNanos();
        long asked = most < 0 ? 0 : grpcTimeoutNanos(request.get(GRPC));
        if (asked == 0) {
            return forwarding.maxStreamNanos();
        }
        long limited = most == 0 ? asked : Math.min(asked, most);
        // Envoy: here an offset may leave nothing, and then the time is over at once.
        return Math.max(1, limited - forwarding.grpcTimeoutOffsetNanos());
    }

    /// Whether the time of the whole exchange comes from `grpc-timeout`; then the upstream is told
    /// what was made of it.
    public static boolean isStreamGrpcTimed(Forwarding forwarding, HeaderMap request) {
        return forwarding.grpcTimeoutHeaderMaxNanos() >= 0
                && grpcTimeoutNanos(request.get(GRPC)) > 0;
    }

    /// Whether a request wants 204 of a timeout, and not 504.
    public static boolean wantsAlternative(HeaderMap request) {
        return request.contains(ALTERNATIVE);
    }

    /// Whether an attempt that takes too long goes on beside the next one.
    public static boolean hedges(Forwarding forwarding, HeaderMap request) {
        String asked = request.get(HEDGE);
        return asked == null ? forwarding.hedges() : asked.equals("true");
    }

    /// Removes the headers this class reads, so that they do not travel on.
    public static void removeHeaders(HeaderMap request) {
        request.remove(WHOLE);
        request.remove(PER_TRY);
        request.remove(ALTERNATIVE);
        request.remove("x-envoy-upstream-alt-stat-name");
        request.remove(HEDGE);
    }

    /// `100m` and the like; 0 when absent or malformed.
    static long grpcTimeoutNanos(@Nullable String text) {
        if (text == null || text.length() < 2) {
            return 0;
        }
        int amount = DecimalNumber.of(text.substring(0, text.length() - 1));
        long unit =
                switch (text.charAt(text.length() - 1)) {
                    case 'H' -> 3_600_000_000_000L;
                    case 'M' -> 60_000_000_000L;
                    case 'S' -> 1_000_000_000L;
                    case 'm' -> NANOS_PER_MILLI;
                    case 'u' -> 1_000L;
                    case 'n' -> 1L;
                    default -> 0L;
                };
        return amount <= 0
                ? 0
                : amount > Long.MAX_VALUE / Math.max(unit, 1) ? Long.MAX_VALUE : amount * unit;
    }
}
