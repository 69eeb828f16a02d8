package io.meltemi.proxy.filter.istiostats;

import io.meltemi.proxy.observe.PeerMetadata;
import io.meltemi.proxy.observe.stats.StatLabel;
import java.util.List;

/// One `istio.stats`, compiled. Immutable.
///
/// @param local this proxy's own workload
/// @param build the labels under which each proxy tells its version
/// @param takesHostHeader whether a request's host stands for a service that nobody names
/// @param reportNanos how often connections that are open count; 0: at their end alone
/// @param rotation when series that nobody counts on any more go
record StatsConfig(
        Reporter reporter,
        PeerMetadata local,
        List<StatLabel> build,
        boolean takesHostHeader,
        long reportNanos,
        Overrides overrides,
        Rotation rotation) {
    StatsConfig {
        build = List.copyOf(build);
    }

    /// Immutable.
    ///
    /// @param intervalNanos after which series are made anew; 0: never
    /// @param graceNanos how long the old ones can still be read
    record Rotation(long intervalNanos, long graceNanos) {}
}
