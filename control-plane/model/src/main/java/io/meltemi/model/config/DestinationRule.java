package io.meltemi.model.config;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// How a host is called once routing has chosen it (Istio: `networking.istio.io/v1
/// DestinationRule`). Immutable.
public record DestinationRule(
        Metadata metadata, String host, Optional<TrafficPolicy> trafficPolicy, List<Subset> subsets)
        implements ConfigResource {
    public DestinationRule {
        subsets = List.copyOf(subsets);
    }

    @Override
    public Kind kind() {
        return Kind.DESTINATION_RULE;
    }

    /// The endpoints that carry all of the labels.
    ///
    /// @param trafficPolicy replaces the rule's, part by part
    public record Subset(
            String name, Map<String, String> labels, Optional<TrafficPolicy> trafficPolicy) {
        public Subset {
            labels = Map.copyOf(labels);
        }
    }

    public record TrafficPolicy(
            Optional<LoadBalancer> loadBalancer,
            Optional<ConnectionPool> connectionPool,
            Optional<OutlierDetection> outlierDetection) {}

    /// @param failover where traffic goes when a region has no healthy endpoint; empty: any region
    public record LoadBalancer(Optional<SimpleLb> simple, List<Failover> failover) {
        public LoadBalancer {
            failover = List.copyOf(failover);
        }
    }

    public enum SimpleLb {
        ROUND_ROBIN,
        LEAST_REQUEST,
        RANDOM,
        PASSTHROUGH
    }

    /// From and to are regions.
    public record Failover(String from, String to) {}

    public record ConnectionPool(
            OptionalInt maxConnections,
            Optional<Duration> connectTimeout,
            OptionalInt http1MaxPendingRequests,
            OptionalInt http2MaxRequests,
            OptionalInt maxRequestsPerConnection,
            OptionalInt maxRetries,
            Optional<Duration> idleTimeout) {}

    /// @param consecutive5xxErrors 0 turns this detector off
    public record OutlierDetection(
            OptionalInt consecutive5xxErrors,
            Optional<Duration> interval,
            Optional<Duration> baseEjectionTime,
            OptionalInt maxEjectionPercent) {}
}
