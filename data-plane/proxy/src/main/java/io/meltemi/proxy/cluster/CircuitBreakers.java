package io.meltemi.proxy.cluster;

import org.jspecify.annotations.Nullable;

/// The limits of a cluster for one routing priority. Thread-safe.
public final class CircuitBreakers {
    /// What a cluster may have at once. Immutable. Envoy's default is 1024 each, and 3 retries.
    ///
    /// @param retryBudget replaces the number of retries; null: the number counts
    public record Limits(
            int connections,
            int pendingRequests,
            int requests,
            int retries,
            @Nullable RetryBudget retryBudget) {
        public static final Limits DEFAULT = new Limits(1024, 1024, 1024, 3, null);
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

    public CircuitBreakers(Limits limits) {
        retryBudget = limits.retryBudget();
        connections = new CircuitBreaker(limits.connections());
        pendingRequests = new CircuitBreaker(limits.pendingRequests());
        requests = new CircuitBreaker(limits.requests());
        retries = new CircuitBreaker(limits.retries());
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
