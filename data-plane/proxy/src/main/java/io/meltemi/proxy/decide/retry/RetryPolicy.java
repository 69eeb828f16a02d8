package io.meltemi.proxy.decide.retry;

import io.meltemi.proxy.decide.match.HeaderMatch;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// When and how often a failed attempt is made again. Immutable.
///
/// @param on bits of [RetryOn]
/// @param maxRetries beyond the first attempt; Envoy: 1 unless configured
/// @param perTryTimeoutNanos one attempt, back-off excluded; 0: only the route's timeout applies
/// @param perTryIdleTimeoutNanos of one attempt; 0: none
/// @param baseBackoffNanos Envoy: 25 ms unless configured
/// @param maxBackoffNanos Envoy: ten times the base unless configured
/// @param responseHeaders for `retriable-headers`: any of them makes a response retriable
/// @param requestHeaders unless empty, only requests with any of them are retried at all
/// @param avoidPreviousHosts whether a retry looks for an endpoint that was not tried yet
/// @param hostRules endpoints a retry does not want
/// @param resets what responses say of when to come back; null: it is not looked at
/// @param hostSelectionAttempts how often it looks before it takes what it gets; at least 1
/// @param priorityUpdates after how many attempts tried priorities are left out; 0: never
public record RetryPolicy(
        int on,
        int maxRetries,
        long perTryTimeoutNanos,
        long perTryIdleTimeoutNanos,
        long baseBackoffNanos,
        long maxBackoffNanos,
        StatusCodes statusCodes,
        List<HeaderMatch> responseHeaders,
        List<HeaderMatch> requestHeaders,
        boolean avoidPreviousHosts,
        List<HostRule> hostRules,
        @Nullable ResetBackoff resets,
        int hostSelectionAttempts,
        int priorityUpdates) {
    public static final long DEFAULT_BASE_NANOS = 25_000_000L;

    /// What headers of a request build on when its route has no policy.
    public static final RetryPolicy NONE =
            new RetryPolicy(
                    0,
                    1,
                    0,
                    0,
                    DEFAULT_BASE_NANOS,
                    10 * DEFAULT_BASE_NANOS,
                    StatusCodes.NONE,
                    List.of(),
                    List.of(),
                    false,
                    List.of(),
                    null,
                    1,
                    0);

    public RetryPolicy {
        responseHeaders = List.copyOf(responseHeaders);
        requestHeaders = List.copyOf(requestHeaders);
        hostRules = List.copyOf(hostRules);
    }

    /// Whether a retry may not want the endpoint or the priority it gets.
    public boolean isChoosy() {
        return avoidPreviousHosts || !hostRules.isEmpty() || priorityUpdates > 0;
    }
}
