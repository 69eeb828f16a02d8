package io.meltemi.proxy.cluster;

import io.meltemi.proxy.observe.stats.Counter;
import io.meltemi.proxy.observe.stats.Gauge;
import io.meltemi.proxy.observe.stats.Histogram;
import io.meltemi.proxy.observe.stats.ResponseCodeCounters;
import io.meltemi.proxy.observe.stats.StatsScope;
import io.meltemi.proxy.observe.stats.StatsStore;
import java.util.concurrent.atomic.LongAdder;

/// The statistics of one cluster, under Envoy's names. Thread-safe.
public final class ClusterStats implements AutoCloseable {
    public final Counter requestsTotal;
    public final Gauge requestsActive;
    public final Counter requestsPendingTotal;
    public final Gauge requestsPendingActive;
    public final Counter requestsPendingOverflow;
    public final Counter requestsPendingFailureEject;
    public final Counter requestsCancelled;
    public final Counter requestsTimeout;
    public final Counter requestsPerTryTimeout;
    public final Counter requestsRetry;
    public final Counter requestsRetrySuccess;
    public final Counter requestsRetryOverflow;
    public final Counter requestsRetryLimitExceeded;
    public final Counter requestsRetryBackoff;
    public final Counter requestsRetryReset;
    public final Counter retryAbandoned;
    public final Counter requestsPerTryIdleTimeout;
    public final Counter internalRedirects;
    public final Counter internalRedirectsFailed;
    public final Counter requestsReceiveReset;
    public final Counter requestsTransmitReset;
    public final Counter requestsMaintenance;
    public final Histogram requestTime;
    public final Counter connectionsTotal;
    public final Gauge connectionsActive;
    public final Counter connectionsHttp1Total;
    public final Counter connectionsHttp2Total;
    public final Counter connectFail;
    public final Counter connectAttemptsExceeded;
    public final Counter connectTimeout;
    public final Counter connectionsOverflow;
    public final Counter connectionsNoneHealthy;
    public final Counter connectionsDestroy;
    public final Counter connectionsMaxDuration;
    public final Counter bytesReceived;
    public final Counter bytesSent;
    public final Gauge membershipTotal;
    public final Gauge membershipHealthy;
    public final Gauge membershipDegraded;
    public final Gauge membershipExcluded;
    public final Counter membershipChange;
    public final BalancerStats balancer;
    public final OutlierStats outlier;

    /// Requests that a limit or `drop_overloads` turned away. Envoy: for load reports only.
    public final LongAdder dropped = new LongAdder();

    /// Those of `drop_overloads` among them.
    public final LongAdder droppedByOverload = new LongAdder();

    private final StatsScope scope;
    private final ResponseCodeCounters responses;
    private final ResponseCodeCounters retried;

    public ClusterStats(StatsStore store, String name) {
        scope = store.scope("cluster." + name + '.');
        requestsTotal = counter("upstream_rq_total");
        requestsActive = gauge("upstream_rq_active");
        requestsPendingTotal = counter("upstream_rq_pending_total");
        requestsPendingActive = gauge("upstream_rq_pending_active");
        requestsPendingOverflow = counter("upstream_rq_pending_overflow");
        requestsPendingFailureEject = counter("upstream_rq_pending_failure_eject");
        requestsCancelled = counter("upstream_rq_cancelled");
        requestsTimeout = counter("upstream_rq_timeout");
        requestsPerTryTimeout = counter("upstream_rq_per_try_timeout");
        requestsRetry = counter("upstream_rq_retry");
        requestsRetrySuccess = counter("upstream_rq_retry_success");
        requestsRetryOverflow = counter("upstream_rq_retry_overflow");
        requestsRetryLimitExceeded = counter("upstream_rq_retry_limit_exceeded");
        requestsRetryBackoff = counter("upstream_rq_retry_backoff_exponential");
        requestsRetryReset = counter("upstream_rq_retry_backoff_ratelimited");
        retryAbandoned = counter("retry_or_shadow_abandoned");
        requestsPerTryIdleTimeout = counter("upstream_rq_per_try_idle_timeout");
        internalRedirects = counter("upstream_internal_redirect_succeeded_total");
        internalRedirectsFailed = counter("upstream_internal_redirect_failed_total");
        requestsReceiveReset = counter("upstream_rq_rx_reset");
        requestsTransmitReset = counter("upstream_rq_tx_reset");
        requestsMaintenance = counter("upstream_rq_maintenance_mode");
        requestTime = scope.histogram("upstream_rq_time");
        connectionsTotal = counter("upstream_cx_total");
        connectionsActive = gauge("upstream_cx_active");
        connectionsHttp1Total = counter("upstream_cx_http1_total");
        connectionsHttp2Total = counter("upstream_cx_http2_total");
        connectFail = counter("upstream_cx_connect_fail");
        connectAttemptsExceeded = counter("upstream_cx_connect_attempts_exceeded");
        connectTimeout = counter("upstream_cx_connect_timeout");
        connectionsOverflow = counter("upstream_cx_overflow");
        connectionsNoneHealthy = counter("upstream_cx_none_healthy");
        connectionsDestroy = counter("upstream_cx_destroy");
        connectionsMaxDuration = counter("upstream_cx_max_duration_reached");
        bytesReceived = counter("upstream_cx_rx_bytes_total");
        bytesSent = counter("upstream_cx_tx_bytes_total");
        membershipTotal = gauge("membership_total");
        membershipHealthy = gauge("membership_healthy");
        membershipDegraded = gauge("membership_degraded");
        membershipExcluded = gauge("membership_excluded");
        membershipChange = counter("membership_change");
        retried = scope.responseCodes("retry.upstream_rq_", true);
        balancer = new BalancerStats(scope);
        outlier = new OutlierStats(scope);
        responses = scope.responseCodes("upstream_rq_", true);
    }

    /// For what counts under the cluster's name itself.
    public StatsScope scope() {
        return scope;
    }

    private Counter counter(String name) {
        return scope.counter(name);
    }

    private Gauge gauge(String name) {
        return scope.gauge(name);
    }

    /// A response of this status arrived, or was made for want of one. `HOT`.
    public void responded(int worker, int status) {
        responses.record(worker, status);
    }

    /// A response of this status was not passed on: another attempt is made. `HOT`.
    public void retried(int worker, int status) {
        retried.record(worker, status);
    }

    /// The cluster is gone.
    @Override
    public void close() {
        scope.close();
    }
}
