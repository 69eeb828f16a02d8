package io.meltemi.proxy.decide.retry;

import io.meltemi.proxy.decide.DecisionLog;
import io.meltemi.proxy.decide.match.DecimalNumber;
import io.meltemi.proxy.decide.match.HeaderMatch;
import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.http.StreamReset;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Decides whether a failed attempt is made again. Immutable: pure functions.
///
/// Envoy: `5xx` and `gateway-error` cover any reset as well, since it ends as one; nothing is
/// retried after an overflow or when the upstream says `x-envoy-overloaded`; `x-envoy-ratelimited`
/// is retried only with `envoy-ratelimited`. gRPC conditions look at a `grpc-status` among the
/// headers, never among trailers.
public final class RetryDecision {
    private static final String RETRY_ON = "x-envoy-retry-on";
    private static final String RETRY_GRPC_ON = "x-envoy-retry-grpc-on";
    private static final String MAX_RETRIES = "x-envoy-max-retries";
    private static final String STATUS_CODES = "x-envoy-retriable-status-codes";
    private static final String HEADER_NAMES = "x-envoy-retriable-header-names";

    private RetryDecision() {}

    /// What is done after an attempt.
    public enum Verdict {
        /// Try again after [Backoff#nanos], if the cluster's retry budget allows it.
        RETRY,
        /// The policy does not cover this outcome, or it is a success.
        NOT_RETRIABLE,
        /// It would be retried, but the attempts are used up: the flag is URX.
        LIMIT_EXCEEDED
    }

    /// The policy for one request: the route's, widened by the request's own `x-envoy-` headers,
    /// which are removed. Null when nothing can be retried. Without such headers nothing is
    /// allocated.
    public static @Nullable RetryPolicy policyFor(
            @Nullable RetryPolicy ofRoute, HeaderMap request) {
        RetryPolicy policy = ofRoute == null ? RetryPolicy.NONE : ofRoute;
        if (hasRetryHeaders(request)) {
            policy = widened(policy, request);
            removeRetryHeaders(request);
        }
        if (policy.on() == 0
                || (!policy.requestHeaders().isEmpty()
                        && !HeaderMatch.anyMatches(policy.requestHeaders(), request))) {
            return null;
        }
        return policy;
    }

    /// After response headers.
    ///
    /// @param attempts how many attempts were made so far, this one included
    public static Verdict onResponse(
            RetryPolicy policy, int attempts, HeaderMap response, @Nullable DecisionLog log) {
        String reason = responseReason(policy, response);
        return verdict(policy, attempts, reason, log);
    }

    /// After an attempt that ended without response headers; a per-try timeout is a LOCAL_RESET.
    ///
    /// @param requestStarted whether any of the request was sent
    public static Verdict onReset(
            RetryPolicy policy,
            int attempts,
            StreamReset reset,
            boolean requestStarted,
            @Nullable DecisionLog log) {
        String reason = resetReason(policy.on(), reset, requestStarted);
        return verdict(policy, attempts, reason, log);
    }

    private static Verdict verdict(
            RetryPolicy policy, int attempts, @Nullable String reason, @Nullable DecisionLog log) {
        Verdict verdict =
                reason == null
                        ? Verdict.NOT_RETRIABLE
                        : attempts > policy.maxRetries() ? Verdict.LIMIT_EXCEEDED : Verdict.RETRY;
        if (log != null) {
            log.note(
                    "retry",
                    "attempt " + attempts,
                    verdict == Verdict.RETRY,
                    reason == null ? "no condition of retry_on covers it" : reason);
        }
        return verdict;
    }

    /// The condition that covers a response, or null.
    private static @Nullable String responseReason(RetryPolicy policy, HeaderMap response) {
        int on = policy.on();
        if (response.contains("x-envoy-ratelimited")) {
            return has(on, RetryOn.ENVOY_RATE_LIMITED) ? "envoy-ratelimited" : null;
        }
        int status = DecimalNumber.of(response.get(":status"));
        if (has(on, RetryOn.SERVER_ERROR) && status >= 500 && status < 600) {
            return "5xx";
        }
        if (has(on, RetryOn.GATEWAY_ERROR) && status >= 502 && status <= 504) {
            return "gateway-error";
        }
        if (has(on, RetryOn.RETRIABLE_4XX) && status == 409) {
            return "retriable-4xx";
        }
        if (has(on, RetryOn.RETRIABLE_STATUS_CODES) && policy.statusCodes().contains(status)) {
            return "retriable-status-codes";
        }
        if (has(on, RetryOn.RETRIABLE_HEADERS)
                && HeaderMatch.anyMatches(policy.responseHeaders(), response)) {
            return "retriable-headers";
        }
        return has(on, RetryOn.ANY_GRPC)
                ? grpcReason(on, DecimalNumber.of(response.get("grpc-status")))
                : null;
    }

    private static @Nullable String grpcReason(int on, int grpcStatus) {
        return switch (grpcStatus) {
            case 1 -> has(on, RetryOn.GRPC_CANCELLED) ? "cancelled" : null;
            case 4 -> has(on, RetryOn.GRPC_DEADLINE_EXCEEDED) ? "deadline-exceeded" : null;
            case 8 -> has(on, RetryOn.GRPC_RESOURCE_EXHAUSTED) ? "resource-exhausted" : null;
            case 13 -> has(on, RetryOn.GRPC_INTERNAL) ? "internal" : null;
            case 14 -> has(on, RetryOn.GRPC_UNAVAILABLE) ? "unavailable" : null;
            default -> null;
        };
    }

    /// The condition that covers a reset, or null.
    private static @Nullable String resetReason(int on, StreamReset reset, boolean requestStarted) {
        if (reset == StreamReset.OVERFLOW) {
            return null;
        }
        if (has(on, RetryOn.RESET_BEFORE_REQUEST) && !requestStarted) {
            return "reset-before-request";
        }
        if (has(on, RetryOn.RESET)) {
            return "reset";
        }
        if (has(on, RetryOn.SERVER_ERROR | RetryOn.GATEWAY_ERROR)) {
            return has(on, RetryOn.SERVER_ERROR) ? "5xx" : "gateway-error";
        }
        if (has(on, RetryOn.REFUSED_STREAM) && reset == StreamReset.REMOTE_REFUSED) {
            return "refused-stream";
        }
        return has(on, RetryOn.CONNECT_FAILURE) && reset == StreamReset.CONNECT_FAILURE
                ? "connect-failure"
                : null;
    }

    private static boolean has(int on, int bits) {
        return (on & bits) != 0;
    }

    private static boolean hasRetryHeaders(HeaderMap request) {
        for (int i = 0; i < request.size(); i++) {
            String name = request.name(i);
            if (name.startsWith("x-envoy-")
                    && (name.startsWith("retr", 8) || name.equals(MAX_RETRIES))) {
                return true;
            }
        }
        return false;
    }

    private static RetryPolicy widened(RetryPolicy policy, HeaderMap request) {
        List<String> unknown = new ArrayList<>();
        int on = policy.on();
        String retryOn = request.get(RETRY_ON);
        String retryGrpcOn = request.get(RETRY_GRPC_ON);
        on |= retryOn == null ? 0 : RetryOn.parse(retryOn, unknown) & ~RetryOn.ANY_GRPC;
        on |= retryGrpcOn == null ? 0 : RetryOn.parse(retryGrpcOn, unknown) & RetryOn.ANY_GRPC;
        int max = DecimalNumber.of(request.get(MAX_RETRIES));
        return new RetryPolicy(
                on,
                on != 0 && max >= 0 ? max : policy.maxRetries(),
                policy.perTryTimeoutNanos(),
                policy.perTryIdleTimeoutNanos(),
                policy.baseBackoffNanos(),
                policy.maxBackoffNanos(),
                withCodes(policy.statusCodes(), request.get(STATUS_CODES)),
                withNames(policy.responseHeaders(), request.get(HEADER_NAMES)),
                policy.requestHeaders(),
                policy.avoidPreviousHosts(),
                policy.hostRules(),
                policy.resets(),
                policy.hostSelectionAttempts(),
                policy.priorityUpdates());
    }

    private static StatusCodes withCodes(StatusCodes codes, @Nullable String list) {
        StatusCodes all = codes;
        for (String code : list == null ? new String[0] : list.split(",", -1)) {
            all = all.with(DecimalNumber.of(code.strip()));
        }
        return all;
    }

    private static List<HeaderMatch> withNames(List<HeaderMatch> headers, @Nullable String list) {
        if (list == null) {
            return headers;
        }
        List<HeaderMatch> all = new ArrayList<>(headers);
        for (String name : list.split(",", -1)) {
            all.add(
                    new HeaderMatch(
                            name.strip().toLowerCase(java.util.Locale.ROOT),
                            new HeaderMatch.Presence(true),
                            false,
                            false));
        }
        return all;
    }

    private static void removeRetryHeaders(HeaderMap request) {
        request.remove(RETRY_ON);
        request.remove(RETRY_GRPC_ON);
        request.remove(MAX_RETRIES);
        request.remove(STATUS_CODES);
        request.remove(HEADER_NAMES);
    }
}
