package io.meltemi.galley.validate;

import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.galley.finding.Findings;
import io.meltemi.model.config.HttpRoute.HttpRetry;
import java.util.Set;

/// The rules of `retries`. Immutable.
final class HttpRetryValidation {
    /// Envoy's `retry_on` and `retry_grpc_on`.
    private static final Set<String> RETRY_ON =
            Set.of(
                    "5xx",
                    "gateway-error",
                    "reset",
                    "reset-before-request",
                    "connect-failure",
                    "envoy-ratelimited",
                    "retriable-4xx",
                    "refused-stream",
                    "retriable-status-codes",
                    "retriable-headers",
                    "http3-post-connect-failure",
                    "cancelled",
                    "deadline-exceeded",
                    "internal",
                    "resource-exhausted",
                    "unavailable");

    private HttpRetryValidation() {}

    static void validate(HttpRetry retries, FieldPath path, Findings findings) {
        if (retries.attempts() < 0) {
            findings.judge(
                    Code.SCHEMA,
                    path.field("attempts"),
                    "attempts %d must be non-negative".formatted(retries.attempts()));
        }
        boolean saysMore =
                retries.perTryTimeout().isPresent()
                        || retries.retryOn().isPresent()
                        || retries.retryRemoteLocalities().isPresent();
        if (retries.attempts() == 0 && saysMore) {
            findings.judge(
                    Code.SCHEMA,
                    path,
                    "retries are configured but 'attempts' is 0, which turns them off");
        }
        QuantityRules.durationOrZero(
                retries.perTryTimeout(), path.field("perTryTimeout"), findings);
        QuantityRules.duration(retries.backoff(), path.field("backoff"), findings);
        retries.retryOn()
                .map(on -> on.split(",", -1))
                .ifPresent(tokens -> {
                    for (String token : tokens) {
                        if (!isRetryOn(token.strip())) {
                            findings.judge(
                                    Code.SCHEMA,
                                    path.field("retryOn"),
                                    "'%s' is not a valid retryOn policy".formatted(token.strip()));
                        }
                    }
                });
    }

    /// Istio: a bare status code stands for `retriable-status-codes` with that code.
    private static boolean isRetryOn(String token) {
        return RETRY_ON.contains(token) || token.matches("[1-5][0-9][0-9]");
    }
}
