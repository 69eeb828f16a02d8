package io.meltemi.proxy.tcp;

import io.meltemi.proxy.observe.accesslog.AccessLogs;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One TCP proxy, compiled. Immutable.
///
/// @param targets clusters with their weights; one with weight 1 unless weighted
/// @param subset what an endpoint's `envoy.lb` metadata must have when a filter chose the cluster
/// @param idleNanos without a byte in either direction; 0 for ever
/// @param hashesSource whether a cluster that chooses by hash gets that of the client's address
/// @param maxNanos the whole connection; 0 for ever
/// @param attempts how often an upstream is tried
/// @param tunneling null: bytes go to the upstream as they come
public record TcpSettings(
        List<Target> targets,
        Map<String, Object> subset,
        long idleNanos,
        long maxNanos,
        Attempts attempts,
        boolean hashesSource,
        @Nullable Tunneling tunneling,
        Logging logging,
        TcpStats stats) {
    public static final long DEFAULT_IDLE_NANOS = 3_600_000_000_000L;

    public TcpSettings {
        targets = List.copyOf(targets);
        subset = Map.copyOf(subset);
        if (targets.isEmpty()) {
            throw new IllegalArgumentException("a TCP proxy needs a cluster");
        }
    }

    /// A cluster and its share. Immutable.
    ///
    /// @param subset what an endpoint's `envoy.lb` metadata must have
    public record Target(String cluster, int weight, Map<String, Object> subset) {
        public Target {
            subset = Map.copyOf(subset);
        }
    }

    /// How often to connect, and how long to wait before another time. Immutable.
    ///
    /// @param baseBackoffNanos 0: at once
    public record Attempts(int most, long baseBackoffNanos, long maxBackoffNanos) {
        /// The wait before an attempt.
        ///
        /// Envoy: a random share of the base before the second attempt, of twice the base before
        /// the third, doubling until the maximum.
        ///
        /// @param made attempts so far, at least 1
        long backoffNanos(int made, long random) {
            long ceiling = baseBackoffNanos;
            for (int i = 1; i < made && ceiling < maxBackoffNanos; i++) {
                ceiling = ceiling < maxBackoffNanos / 2 ? ceiling * 2 : maxBackoffNanos;
            }
            return ceiling == 0 ? 0 : Long.remainderUnsigned(random, ceiling);
        }
    }

    /// The logs, and when they get lines beside the one at the end. Immutable.
    ///
    /// @param periodNanos 0: no lines while the connection lasts
    public record Logging(AccessLogs logs, boolean whenConnected, long periodNanos) {}

    /// The cluster for a connection.
    ///
    /// @param random any number
    Target pick(long random) {
        long total = 0;
        for (Target target : targets) {
            total += target.weight();
        }
        long left = Long.remainderUnsigned(random, Math.max(1, total));
        for (Target target : targets) {
            left -= target.weight();
            if (left < 0) {
                return target;
            }
        }
        return targets.getLast();
    }
}
