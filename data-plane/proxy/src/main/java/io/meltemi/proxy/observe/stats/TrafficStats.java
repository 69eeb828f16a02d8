package io.meltemi.proxy.observe.stats;

/// What is counted of the requests that take one route or belong to one virtual cluster, under
/// Envoy's names. Thread-safe.
public final class TrafficStats {
    public final Counter requestsTotal;
    public final Counter requestsTimeout;
    public final Counter requestsRetry;
    public final Counter requestsRetrySuccess;
    public final Counter requestsRetryOverflow;
    public final Counter requestsRetryLimitExceeded;
    public final Histogram requestTime;
    public final ResponseCodeCounters responses;

    /// @param scope ends with the route or virtual cluster
    public TrafficStats(StatsScope scope) {
        requestsTotal = scope.counter("upstream_rq_total");
        requestsTimeout = scope.counter("upstream_rq_timeout");
        requestsRetry = scope.counter("upstream_rq_retry");
        requestsRetrySuccess = scope.counter("upstream_rq_retry_success");
        requestsRetryOverflow = scope.counter("upstream_rq_retry_overflow");
        requestsRetryLimitExceeded = scope.counter("upstream_rq_retry_limit_exceeded");
        requestTime = scope.histogram("upstream_rq_time");
        responses = scope.responseCodes("upstream_rq_", true);
    }
}
