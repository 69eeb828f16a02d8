package io.meltemi.proxy.health;

import io.meltemi.proxy.cluster.Endpoint;
import io.meltemi.proxy.cluster.UpstreamTransport;
import java.util.List;

/// How the endpoints of one cluster are checked (Envoy's `health_checks`), compiled. Immutable.
///
/// @param unhealthyThreshold failures in a row that make an endpoint unhealthy, where one is not
///   enough
/// @param healthyThreshold successes in a row that make an unhealthy endpoint healthy
/// @param reusesConnection whether the next check goes over the connection of the last
/// @param logsFailures whether every failure is logged, not only what changes something
/// @param logsSuccesses the same of successes
/// @param logPaths files that events are written to
public record HealthCheckSettings(
        Probing probing,
        Times times,
        int unhealthyThreshold,
        int healthyThreshold,
        boolean reusesConnection,
        boolean logsFailures,
        boolean logsSuccesses,
        List<String> logPaths,
        Transport transport) {
    public HealthCheckSettings {
        logPaths = List.copyOf(logPaths);
    }

    /// How checks of an endpoint are encrypted. Thread-safe.
    @FunctionalInterface
    public interface Transport {
        UpstreamTransport of(Endpoint endpoint);
    }

    /// When checks are made, all in milliseconds, as Envoy counts them. Immutable.
    ///
    /// @param noTraffic between checks while no request ever went to the cluster
    /// @param noTrafficHealthy the same for an endpoint that is well
    /// @param unhealthyEdge after a failure that is not yet enough
    /// @param healthyEdge after a success that is not yet enough
    /// @param initialJitter at most before the first check
    /// @param jitter at most added to an interval
    /// @param jitterPercent of an interval, at most added to it
    public record Times(
            long timeout,
            long interval,
            long noTraffic,
            long noTrafficHealthy,
            long unhealthy,
            long unhealthyEdge,
            long healthyEdge,
            long initialJitter,
            long jitter,
            int jitterPercent) {}
}
