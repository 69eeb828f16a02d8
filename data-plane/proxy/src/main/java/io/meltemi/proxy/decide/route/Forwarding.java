package io.meltemi.proxy.decide.route;

import io.meltemi.proxy.decide.match.Fraction;
import io.meltemi.proxy.decide.retry.RetryPolicy;
import io.meltemi.proxy.decide.rewrite.HostRewrite;
import io.meltemi.proxy.decide.rewrite.PathRewrite;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// How a request is forwarded to its cluster. Immutable.
///
/// @param timeoutNanos from the request's end to the response's end; 0: none
/// @param idleTimeoutNanos without a byte in either direction; 0: none; -1: the connection
///   manager's
/// @param maxStreamNanos the whole exchange; 0: none; -1: the connection manager's
/// @param maxGrpcNanos with a value of 0 or more `grpc-timeout` replaces the timeout of gRPC
///   requests, limited to this much unless 0; -1: it does not
/// @param grpcTimeoutHeaderMaxNanos with a value of 0 or more `grpc-timeout` limits the exchange,
///   to this much unless 0; -1: `grpc-timeout` is ignored
/// @param grpcTimeoutOffsetNanos taken off a `grpc-timeout` that counts and is longer
/// @param retry null: never again, unless the request's own headers ask for it
/// @param hedges whether an attempt that takes too long goes on beside the next one
/// @param path null: the path stays
/// @param host null: the host stays
/// @param appendForwardedHost whether the old host goes to `x-forwarded-host`
/// @param hash in order; for clusters that choose by hash
/// @param subset what an endpoint's `envoy.lb` metadata must have
/// @param upgrades lower-case names (`websocket`) this route allows or, with false, forbids
/// @param connect how a CONNECT ends here and becomes a TCP connection; null: it is sent on
/// @param internalRedirects which redirects of the upstream are followed here; null: none
/// @param bufferBytes how much of a request's body is kept for other attempts; -1: as much as for
///   any
/// @param clusterNotFoundStatus 503 unless configured
/// @param counts null: its requests are counted for their cluster only
public record Forwarding(
        long timeoutNanos,
        long idleTimeoutNanos,
        long maxStreamNanos,
        long maxGrpcNanos,
        long grpcTimeoutHeaderMaxNanos,
        long grpcTimeoutOffsetNanos,
        @Nullable RetryPolicy retry,
        boolean hedges,
        @Nullable PathRewrite path,
        @Nullable HostRewrite host,
        boolean appendForwardedHost,
        Priority priority,
        List<HashPolicy> hash,
        List<Mirror> mirrors,
        Map<String, Object> subset,
        Map<String, Boolean> upgrades,
        @Nullable Termination connect,
        @Nullable InternalRedirects internalRedirects,
        long bufferBytes,
        int clusterNotFoundStatus,
        @Nullable RequestCounts counts) {
    /// Envoy: 15 s when a route says nothing.
    public static final long DEFAULT_TIMEOUT_NANOS = 15_000_000_000L;

    public Forwarding {
        hash = List.copyOf(hash);
        mirrors = List.copyOf(mirrors);
        subset = Map.copyOf(subset);
        upgrades = Map.copyOf(upgrades);
    }

    /// Which circuit breakers and pools count the request.
    public enum Priority {
        DEFAULT,
        HIGH
    }

    /// What of a tunnel is taken off here. Immutable.
    ///
    /// @param allowPost whether the body of a POST is a tunnel as well
    public record Termination(boolean allowPost) {}

    /// Whether a request's body goes on as the bytes of a TCP connection.
    public boolean terminates(String method) {
        return connect != null
                && (method.equals("CONNECT") || (connect.allowPost() && method.equals("POST")));
    }

    /// A copy of requests goes there, and its response nowhere.
    ///
    /// @param cluster the cluster, or with `fromHeader` the header that names it
    /// @param appendShadow whether the copy's host gets `-shadow`
    public record Mirror(
            String cluster, boolean fromHeader, Fraction share, boolean appendShadow) {}

    /// The same for one of several weighted clusters.
    public Forwarding with(@Nullable HostRewrite itsHost, Map<String, Object> itsSubset) {
        return new Forwarding(
                timeoutNanos,
                idleTimeoutNanos,
                maxStreamNanos,
                maxGrpcNanos,
                grpcTimeoutHeaderMaxNanos,
                grpcTimeoutOffsetNanos,
                retry,
                hedges,
                path,
                itsHost,
                appendForwardedHost,
                priority,
                hash,
                mirrors,
                itsSubset,
                upgrades,
                connect,
                internalRedirects,
                bufferBytes,
                clusterNotFoundStatus,
                counts);
    }

    /// Names of upgrades this route allows.
    public Set<String> upgradeNames() {
        return upgrades.keySet();
    }
}
