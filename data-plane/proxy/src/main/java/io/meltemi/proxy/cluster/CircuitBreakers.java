package io.meltemi.proxy.cluster;

import io.meltemi.proxy.observe.stats.StatsScope;
import org.jspecify.annotations.Nullable;

/// The limits of a cluster for one routing priority. Thread-safe.
public final class CircuitBreakers {
    /// What a cluster may have at once. Immutable. Envoy's default is 1024 each, and 3 retries.
    ///
    /// @param retryBudget replaces the number of retries; null: the number counts
    /// @param tracked whether gauges say how much is left
    /// @param endpointConnections how many connections one endpoint may have
    public record Limits(
            int connections,
            int pendingRequests,
            int requests,
            int retries,
            @Nullable RetryBudget retryBudget,
            boolean tracked,
            int endpointConnections) {
        public static final Limits DEFAULT =
                new Limits(1024, 1024, 1024, 3, null, false, Integer.MAX_VALUE);
    }

    /// Retries in proportion to the requests there are. Immutable.
    ///
    /// @param percent of the requests under way and waiting
    /// @param least how many retries are always allowed
    public record RetryBudget(double percent, int least) {}

    public final CircuitBreaker connections;
    public final CircuitBreaker pendingRequests;
    public final CircuitBreaker requests;
    public final CircuitBreaker retries;

    private final @Nullable RetryBudget retryBudget;
    private final int endpointConnections;

    /// @param scope of the cluster
    /// @param priority `default` or `high`
    CircuitBreakers(Limits limits, StatsScope scope, String priority) {
        retryBudget = limits.retryBudget();
        endpointConnections = limits.endpointConnections();
        String prefix = "circuit_breakers." + priority + '.';
        boolean tracked = limits.tracked();
        connections = of(limits.connections(), scope, prefix, "cx", tracked);
        pendingRequests = of(limits.pendingRequests(), scope, prefix, "rq_pending", tracked);
        requests = of(limits.requests(), scope, prefix, "rq", tracked);
        retries = of(limits.retries(), scope, prefix, "rq_retry", tracked);
    }

    private static CircuitBreaker of(
            int limit, StatsScope scope, String prefix, String name, boolean tracked) {
        // Envoy counts retries that are left in the plural.
        String many =
                name.equals("rq_retry") ? "retries" : name.equals("rq_pending") ? "pending" : name;
        return new CircuitBreaker(
                limit,
                scope.gauge(prefix + name + "_open"),
                tracked ? scope.gauge(prefix + "remaining_" + many) : null);
    }

    /// Whether one more connection fits: to this endpoint, and at all.
    public boolean allowsConnection(Endpoint endpoint) {
        return connections.allows()
                && endpoint.counters().activeConnections.get() < endpointConnections;
    }

    /// Whether one more retry fits.
    public boolean allowsRetry() {
        RetryBudget budget = retryBudget;
        if (budget == null) {
            return retries.allows();
        }
        int active = requests.count() + pendingRequests.count();
        return retries.count() < Math.max(budget.least, (int) (budget.percent * active / 100));
    }
}
