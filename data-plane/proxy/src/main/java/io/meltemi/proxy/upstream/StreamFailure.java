package io.meltemi.proxy.upstream;

/// Why a stream to an endpoint did not come about.
public enum StreamFailure {
    /// The connection could not be made.
    CONNECT,
    /// The socket could not be opened as it should be.
    CONNECT_LOCAL,
    /// The connection was not made in time.
    CONNECT_TIMEOUT,
    /// A circuit breaker of the cluster is open.
    OVERFLOW
}
