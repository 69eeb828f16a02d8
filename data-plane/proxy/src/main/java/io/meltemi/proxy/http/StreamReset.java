package io.meltemi.proxy.http;

/// Why an exchange ended before its end.
public enum StreamReset {
    /// The other side reset the stream.
    REMOTE_RESET,
    /// The other side refused it unprocessed (HTTP/2 REFUSED_STREAM, GOAWAY): safe to try again.
    REMOTE_REFUSED,
    /// We ended it.
    LOCAL_RESET,
    /// The connection could not be made.
    CONNECT_FAILURE,
    /// The connection broke or was closed under the exchange.
    CONNECTION_TERMINATION,
    /// The peer broke the protocol.
    PROTOCOL_ERROR,
    /// A limit (circuit breaker, headers, streams) was reached.
    OVERFLOW
}
