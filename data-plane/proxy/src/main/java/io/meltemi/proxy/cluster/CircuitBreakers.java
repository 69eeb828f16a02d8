package io.meltemi.proxy.cluster;

/// The limits of a cluster for one routing priority. Thread-safe.
public final class CircuitBreakers {
    /// What a cluster may have at once. Immutable. Envoy's default is 1024 each, and 3 retries.
    public record Limits(int connections, int pendingRequests, int requests, int retries) {
        public static final Limits DEFAULT = new Limits(1024, 1024, 1024, 3);
    }

    public final CircuitBreaker connections;
    public final CircuitBreaker pendingRequests;
    public final CircuitBreaker requests;
    public final CircuitBreaker retries;

    public CircuitBreakers(Limits limits) {
        connections = new CircuitBreaker(limits.connections());
        pendingRequests = new CircuitBreaker(limits.pendingRequests());
        requests = new CircuitBreaker(limits.requests());
        retries = new CircuitBreaker(limits.retries());
    }
}
