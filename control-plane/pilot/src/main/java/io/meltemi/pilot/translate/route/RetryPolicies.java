package io.meltemi.pilot.translate.route;

import io.envoyproxy.envoy.config.route.v3.RetryPolicy;
import io.envoyproxy.envoy.config.route.v3.RetryPolicy.RetryBackOff;
import io.envoyproxy.envoy.config.route.v3.RetryPolicy.RetryHostPredicate;
import io.envoyproxy.envoy.config.route.v3.RetryPolicy.RetryPriority;
import io.envoyproxy.envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate;
import io.envoyproxy.envoy.extensions.retry.priority.previous_priorities.v3.PreviousPrioritiesConfig;
import io.meltemi.model.config.HttpRoute.HttpRetry;
import io.meltemi.pilot.translate.Protos;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// When a failed request is tried again. Thread-safe: pure.
public final class RetryPolicies {
    private static final String DEFAULT_CONDITIONS =
            "connect-failure,refused-stream,unavailable,cancelled,retriable-status-codes";

    private static final int DEFAULT_RETRIES = 2;

    /// How often a host that was already tried may be picked in vain before it is taken anyway.
    private static final long HOST_SELECTION_ATTEMPTS = 5;

    /// Istio's choice.
    private static final int TRIES_PER_PRIORITY = 2;

    private RetryPolicies() {}

    /// Where a request is tried again, unless its route says so itself.
    enum Tries {
        ANYWHERE,
        /// On instances that have not been tried.
        ELSEWHERE
    }

    /// Istio: two retries, on failures that never reached an application, on another host.
    static RetryPolicy outboundDefault() {
        return avoidingPreviousHosts()
                .setNumRetries(Protos.uint32(DEFAULT_RETRIES))
                .setRetryOn(DEFAULT_CONDITIONS)
                .build();
    }

    /// Istio: a sidecar asks its application again when the connection broke before the request was
    /// sent; a kept-alive connection that the application just closed does that.
    ///
    /// @return empty when no retries are wanted
    public static Optional<RetryPolicy> inbound(Optional<HttpRetry> written) {
        RetryPolicy.Builder out =
                RetryPolicy.newBuilder()
                        .setNumRetries(
                                Protos.uint32(
                                        written.map(HttpRetry::attempts).orElse(DEFAULT_RETRIES)))
                        .setRetryOn("reset-before-request");
        written.flatMap(HttpRetry::retryOn)
                .filter(c -> !c.isBlank())
                .ifPresent(conditions -> conditions(out, conditions));
        written.flatMap(HttpRetry::backoff).ifPresent(base -> backOff(out, base));
        return written.filter(r -> r.attempts() <= 0).isPresent()
                ? Optional.empty()
                : Optional.of(out.build());
    }

    private static void backOff(RetryPolicy.Builder out, Duration base) {
        out.setRetryBackOff(RetryBackOff.newBuilder().setBaseInterval(Protos.duration(base)));
    }

    /// @return empty when no retries are wanted
    static Optional<RetryPolicy> translate(Optional<HttpRetry> written, Tries tries) {
        if (written.isEmpty()) {
            RetryPolicy usual = outboundDefault();
            return Optional.of(
                    switch (tries) {
                        case ELSEWHERE -> usual;
                        case ANYWHERE -> usual.toBuilder().clearRetryHostPredicate().build();
                    });
        }
        HttpRetry retry = written.get();
        if (retry.attempts() <= 0) {
            return Optional.empty();
        }
        RetryPolicy.Builder out =
                retry.retryIgnorePreviousHosts().orElse(tries == Tries.ELSEWHERE)
                        ? avoidingPreviousHosts()
                        : RetryPolicy.newBuilder();
        out.setNumRetries(Protos.uint32(retry.attempts()));
        if (retry.retryRemoteLocalities().orElse(false)) {
            out.setRetryPriority(otherPriorities());
        }
        retry.backoff().ifPresent(base -> backOff(out, base));
        conditions(out, retry.retryOn().filter(c -> !c.isBlank()).orElse(DEFAULT_CONDITIONS));
        retry.perTryTimeout().ifPresent(d -> out.setPerTryTimeout(Protos.duration(d)));
        return Optional.of(out.build());
    }

    /// Istio allows status codes among the conditions; Envoy wants them in a field of their own.
    private static void conditions(RetryPolicy.Builder out, String written) {
        List<String> conditions = new ArrayList<>();
        for (String word : written.split(",", -1)) {
            String condition = word.strip();
            if (condition.chars().allMatch(Character::isDigit) && condition.length() == 3) {
                out.addRetriableStatusCodes(Integer.parseInt(condition));
            } else if (!condition.isEmpty()) {
                conditions.add(condition);
            }
        }
        if (out.getRetriableStatusCodesCount() > 0
                && !conditions.contains("retriable-status-codes")) {
            conditions.add("retriable-status-codes");
        }
        out.setRetryOn(String.join(",", conditions));
    }

    /// Further tries go to other localities, which stand in other priorities.
    private static RetryPriority otherPriorities() {
        return RetryPriority.newBuilder()
                .setName("envoy.retry_priorities.previous_priorities")
                .setTypedConfig(
                        Protos.any(
                                PreviousPrioritiesConfig.newBuilder()
                                        .setUpdateFrequency(TRIES_PER_PRIORITY)
                                        .build()))
                .build();
    }

    private static RetryPolicy.Builder avoidingPreviousHosts() {
        return RetryPolicy.newBuilder()
                .addRetryHostPredicate(
                        RetryHostPredicate.newBuilder()
                                .setName("envoy.retry_host_predicates.previous_hosts")
                                .setTypedConfig(
                                        Protos.any(PreviousHostsPredicate.getDefaultInstance())))
                .setHostSelectionRetryMaxAttempts(HOST_SELECTION_ATTEMPTS);
    }
}
