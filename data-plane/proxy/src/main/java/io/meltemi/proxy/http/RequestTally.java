package io.meltemi.proxy.http;

import io.meltemi.proxy.decide.route.RequestCounts;
import io.meltemi.proxy.observe.stats.TrafficStats;
import org.jspecify.annotations.Nullable;

/// Counts one request for its route and its virtual cluster. Confined to its event loop. `HOT`.
///
/// @param worker the index of that loop
/// @param route null: the route is not counted by itself
/// @param cluster null: the request belongs to no virtual cluster
record RequestTally(int worker, @Nullable TrafficStats route, @Nullable TrafficStats cluster) {
    private static final RequestTally NOTHING = new RequestTally(0, null, null);

    static RequestTally of(@Nullable RequestCounts counts, HeaderMap request, int worker) {
        return counts == null
                ? NOTHING
                : new RequestTally(worker, counts.ofRoute(), counts.virtualClusters().of(request));
    }

    /// An upstream connection takes it.
    void sent() {
        if (route != null) {
            route.requestsTotal.increment(worker);
        }
        if (cluster != null) {
            cluster.requestsTotal.increment(worker);
        }
    }

    void responded(int status) {
        if (route != null) {
            route.responses.record(worker, status);
        }
        if (cluster != null) {
            cluster.responses.record(worker, status);
        }
    }

    /// A response of the upstream is complete.
    void took(long millis) {
        if (route != null) {
            route.requestTime.record(worker, millis);
        }
        if (cluster != null) {
            cluster.requestTime.record(worker, millis);
        }
    }

    void timedOut() {
        if (route != null) {
            route.requestsTimeout.increment(worker);
        }
        if (cluster != null) {
            cluster.requestsTimeout.increment(worker);
        }
    }

    void retried() {
        if (route != null) {
            route.requestsRetry.increment(worker);
        }
        if (cluster != null) {
            cluster.requestsRetry.increment(worker);
        }
    }

    void retrySucceeded() {
        if (route != null) {
            route.requestsRetrySuccess.increment(worker);
        }
        if (cluster != null) {
            cluster.requestsRetrySuccess.increment(worker);
        }
    }

    void retryOverflowed() {
        if (route != null) {
            route.requestsRetryOverflow.increment(worker);
        }
        if (cluster != null) {
            cluster.requestsRetryOverflow.increment(worker);
        }
    }

    void retriesUsedUp() {
        if (route != null) {
            route.requestsRetryLimitExceeded.increment(worker);
        }
        if (cluster != null) {
            cluster.requestsRetryLimitExceeded.increment(worker);
        }
    }
}
