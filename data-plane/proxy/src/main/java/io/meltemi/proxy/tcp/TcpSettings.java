package io.meltemi.proxy.tcp;

import io.meltemi.proxy.observe.accesslog.AccessLogs;
import java.util.List;

/// One TCP proxy, compiled. Immutable.
///
/// @param targets clusters with their weights; one with weight 1 unless weighted
/// @param idleNanos without a byte in either direction; 0 for ever
/// @param hashesSource whether a cluster that chooses by hash gets that of the client's address
/// @param maxNanos the whole connection; 0 for ever
public record TcpSettings(
        List<Target> targets,
        long idleNanos,
        long maxNanos,
        int maxConnectAttempts,
        boolean hashesSource,
        AccessLogs accessLogs,
        TcpStats stats) {
    public static final long DEFAULT_IDLE_NANOS = 3_600_000_000_000L;

    public TcpSettings {
        targets = List.copyOf(targets);
        if (targets.isEmpty()) {
            throw new IllegalArgumentException("a TCP proxy needs a cluster");
        }
    }

    /// A cluster and its share. Immutable.
    public record Target(String cluster, int weight) {}

    /// The cluster for a connection.
    ///
    /// @param random any number
    String pick(long random) {
        long total = 0;
        for (Target target : targets) {
            total += target.weight();
        }
        long left = Long.remainderUnsigned(random, Math.max(1, total));
        for (Target target : targets) {
            left -= target.weight();
            if (left < 0) {
                return target.cluster();
            }
        }
        return targets.getLast().cluster();
    }
}
