package io.meltemi.model.config;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/// How many connections and requests a destination gets at once, and how long they live (Istio:
/// `ConnectionPoolSettings`). Immutable.
///
/// Istio: a number of zero means unset, everywhere in here.
public record ConnectionPool(Tcp tcp, Http http) {
    /// @param maxConnections to one instance: Envoy counts those of the whole cluster
    /// @param idleTimeout without a byte in either direction; zero: as long as it takes
    public record Tcp(
            OptionalInt maxConnections,
            Optional<Duration> connectTimeout,
            Optional<Keepalive> keepalive,
            Optional<Duration> maxConnectionDuration,
            Optional<Duration> idleTimeout) {
        public static final Tcp NONE =
                new Tcp(
                        OptionalInt.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty());
    }

    /// `SO_KEEPALIVE`; what is absent is the operating system's choice.
    ///
    /// @param time of silence before the first probe
    /// @param interval from probe to probe
    public record Keepalive(
            OptionalInt probes, Optional<Duration> time, Optional<Duration> interval) {}

    /// @param http1MaxPendingRequests waiting for a connection, whatever the protocol
    /// @param http2MaxRequests under way, whatever the protocol
    /// @param idleTimeout without a request under way
    public record Http(
            OptionalInt http1MaxPendingRequests,
            OptionalInt http2MaxRequests,
            OptionalInt maxRequestsPerConnection,
            OptionalInt maxRetries,
            Optional<Duration> idleTimeout,
            UpstreamProtocol protocol,
            OptionalInt maxConcurrentStreams,
            Optional<Http2Keepalive> http2Keepalive) {
        public static final Http NONE =
                new Http(
                        OptionalInt.empty(),
                        OptionalInt.empty(),
                        OptionalInt.empty(),
                        OptionalInt.empty(),
                        Optional.empty(),
                        UpstreamProtocol.OF_PORT,
                        OptionalInt.empty(),
                        Optional.empty());
    }

    /// PING frames, and how long their answer may take.
    public record Http2Keepalive(Duration interval, Duration timeout) {}

    /// What is spoken to the destination (Istio: `h2UpgradePolicy`, `useClientProtocol`).
    public enum UpstreamProtocol {
        /// What the service's port says.
        OF_PORT,
        /// HTTP/2, whatever the port says.
        HTTP2,
        /// What the client speaks.
        OF_CLIENT
    }
}
