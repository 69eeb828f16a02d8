package io.meltemi.proxy.http;

import io.meltemi.proxy.cluster.CircuitBreakers;
import io.meltemi.proxy.cluster.ClusterStats;
import io.meltemi.proxy.cluster.Endpoint;
import io.meltemi.proxy.cluster.balance.PreviousPriorities;
import io.meltemi.proxy.decide.retry.Backoff;
import io.meltemi.proxy.decide.retry.HostRule;
import io.meltemi.proxy.decide.retry.ResetBackoff;
import io.meltemi.proxy.decide.retry.RetryDecision;
import io.meltemi.proxy.decide.retry.RetryPolicy;
import io.meltemi.proxy.decide.route.Forwarding;
import io.meltemi.proxy.loop.Expiry;
import io.meltemi.proxy.loop.Timer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What one request has tried, and whether and when it tries again. Confined to its event loop.
///
/// What is retried is decided by [RetryDecision]; this class keeps the clock, the endpoints that
/// failed and the cluster's retry budget. Made only for a request that may be retried.
final class RetryState implements Expiry {
    private final Router router;
    private final RetryPolicy policy;
    private @Nullable List<Endpoint> tried;
    private @Nullable PreviousPriorities priorities;
    private @Nullable Timer backoff;
    private boolean counted;
    private boolean afterTimeout;

    private RetryState(Router router, RetryPolicy policy) {
        this.router = router;
        this.policy = policy;
    }

    /// Null when neither the route nor the request asks for retries.
    static @Nullable RetryState of(Router router, Forwarding forwarding, HeaderMap request) {
        RetryPolicy policy = RetryDecision.policyFor(forwarding.retry(), request);
        return policy == null ? null : new RetryState(router, policy);
    }

    RetryPolicy policy() {
        return policy;
    }

    /// Whether one more attempt would be allowed.
    boolean allows(int attempts) {
        return attempts <= policy.maxRetries();
    }

    /// Whether the next attempt waits for its time.
    boolean isWaiting() {
        return backoff != null;
    }

    /// Whether the last attempt took too long.
    boolean isAfterTimeout() {
        return afterTimeout;
    }

    /// Whether the policy would rather have another endpoint than this one.
    boolean rejects(Endpoint endpoint) {
        if (policy.avoidPreviousHosts() && tried != null && tried.contains(endpoint)) {
            return true;
        }
        List<HostRule> rules = policy.hostRules();
        for (int i = 0; i < rules.size(); i++) {
            if (rules.get(i).rejects(endpoint.balancingMetadata())) {
                return true;
            }
        }
        return false;
    }

    /// What keeps attempts away from priorities that were tried; null: nothing does.
    @Nullable PreviousPriorities previousPriorities() {
        return priorities;
    }

    RetryDecision.Verdict onResponse(int attempts, HeaderMap headers) {
        return RetryDecision.onResponse(policy, attempts, headers, null);
    }

    /// True when there will be another attempt.
    boolean onFailure(
            UpstreamAttempt from, int attempts, AttemptFailure failure, boolean requestStarted) {
        afterTimeout =
                failure == AttemptFailure.PER_TRY_TIMEOUT
                        || failure == AttemptFailure.PER_TRY_IDLE_TIMEOUT;
        return retries(
                RetryDecision.onReset(policy, attempts, failure.reset(), requestStarted, null),
                from,
                attempts,
                null);
    }

    /// With hedging: true when there will be another attempt beside the slow one.
    boolean onSoftTimeout(UpstreamAttempt from, int attempts) {
        afterTimeout = true;
        RetryDecision.Verdict verdict =
                allows(attempts)
                        ? RetryDecision.Verdict.RETRY
                        : RetryDecision.Verdict.LIMIT_EXCEEDED;
        return retries(verdict, from, attempts, null);
    }

    /// Does what was decided about another attempt; true when there will be one.
    boolean retries(
            RetryDecision.Verdict verdict,
            UpstreamAttempt from,
            int attempts,
            @Nullable HeaderMap response) {
        switch (verdict) {
            case RETRY -> {
                return retryLater(from, attempts, response);
            }
            case LIMIT_EXCEEDED -> {
                release();
                router.exchange().record().addFlag(ResponseFlag.UPSTREAM_RETRY_LIMIT_EXCEEDED);
                stats().requestsRetryLimitExceeded.increment(router.worker());
                router.tally().retriesUsedUp();
            }
            case NOT_RETRIABLE -> {
                if (counted) {
                    stats().requestsRetrySuccess.increment(router.worker());
                    router.tally().retrySucceeded();
                }
                release();
            }
        }
        return false;
    }

    /// Envoy: retries have a budget of their own, so that they cannot double the load on a cluster
    /// that is failing under it.
    private boolean retryLater(UpstreamAttempt from, int attempts, @Nullable HeaderMap response) {
        CircuitBreakers breakers = router.breakers();
        release();
        if (!breakers.allowsRetry()) {
            router.exchange().record().addFlag(ResponseFlag.UPSTREAM_OVERFLOW);
            stats().requestsRetryOverflow.increment(router.worker());
            router.tally().retryOverflowed();
            return false;
        }
        counted = true;
        breakers.retries.increment();
        router.stopForRetry(from);
        if (tried == null) {
            tried = new ArrayList<>(2);
        }
        tried.add(from.endpoint());
        if (policy.priorityUpdates() > 0) {
            if (priorities == null) {
                priorities = new PreviousPriorities(policy.priorityUpdates());
            }
            priorities.tried(from.endpoint());
        }
        stats().requestsRetry.increment(router.worker());
        router.tally().retried();
        Timer wait = new Timer(this);
        backoff = wait;
        router.exchange().connection().loop().timers().arm(wait, waitNanos(attempts, response));
        return true;
    }

    private long waitNanos(int attempts, @Nullable HeaderMap response) {
        long random = router.exchange().connection().worker().random().nextLong();
        ResetBackoff resets = policy.resets();
        long asked =
                resets == null || response == null
                        ? 0
                        : resets.nanos(response, System.currentTimeMillis() / 1000, random);
        if (asked > 0) {
            stats().requestsRetryReset.increment(router.worker());
            return asked;
        }
        stats().requestsRetryBackoff.increment(router.worker());
        return Backoff.nanos(policy, attempts, random);
    }

    @Override
    public void expired(Timer timer) {
        backoff = null;
        router.tryAgain();
    }

    void cancelBackoff() {
        if (backoff != null) {
            router.exchange().connection().loop().timers().cancel(backoff);
            backoff = null;
        }
    }

    /// This request's retry is over. Harmless when called again.
    void release() {
        if (counted) {
            counted = false;
            router.breakers().retries.decrement();
        }
    }

    private ClusterStats stats() {
        return router.stats();
    }
}
