package io.meltemi.proxy.filter.ratelimit;

import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitRequest;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitResponse;

/// Whoever counts requests for the mesh. Thread-safe.
@FunctionalInterface
public interface RateLimitService {
    /// Asks whether a request is within its limits; never blocks.
    ///
    /// @param timeoutNanos after which the answer is a failure
    /// @param callback called exactly once, on any thread
    void shouldRateLimit(RateLimitRequest request, long timeoutNanos, Callback callback);

    /// Takes the answer.
    interface Callback {
        void onResponse(RateLimitResponse response);

        /// @param reason for logs
        void onFailure(String reason);
    }
}
