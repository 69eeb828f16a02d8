package io.meltemi.proxy.cluster;

/// What the control plane says of an endpoint (EDS `health_status`), and what it comes to together
/// with what this proxy found out itself.
public enum Health {
    HEALTHY,
    /// Used while nothing better is there.
    DEGRADED,
    UNHEALTHY,
    /// Takes no new requests, but those it has end in peace.
    DRAINING,
    /// The control plane got no answer from it.
    TIMEOUT;

    /// Whether the control plane says it should not be used.
    public boolean isUnusable() {
        return this != HEALTHY && this != DEGRADED;
    }
}
