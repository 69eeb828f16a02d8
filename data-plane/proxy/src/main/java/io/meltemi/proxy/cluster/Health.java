package io.meltemi.proxy.cluster;

/// What the control plane says of an endpoint (EDS `health_status`).
public enum Health {
    HEALTHY,
    /// Used while nothing better is there.
    DEGRADED,
    UNHEALTHY
}
