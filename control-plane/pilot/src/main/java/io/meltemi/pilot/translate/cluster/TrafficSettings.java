package io.meltemi.pilot.translate.cluster;

import io.meltemi.model.config.DestinationRule.ConnectionPool;
import io.meltemi.model.config.DestinationRule.Failover;
import io.meltemi.model.config.DestinationRule.LoadBalancer;
import io.meltemi.model.config.DestinationRule.OutlierDetection;
import io.meltemi.model.config.DestinationRule.SimpleLb;
import io.meltemi.model.config.DestinationRule.TrafficPolicy;
import java.util.List;
import java.util.Optional;

/// A rule's policy with its subset's laid over it. Immutable.
public record TrafficSettings(
        Optional<LoadBalancer> loadBalancer,
        Optional<ConnectionPool> connectionPool,
        Optional<OutlierDetection> outlierDetection) {
    public static final TrafficSettings NONE =
            new TrafficSettings(Optional.empty(), Optional.empty(), Optional.empty());

    public static TrafficSettings of(TrafficPolicy policy) {
        return new TrafficSettings(
                policy.loadBalancer(), policy.connectionPool(), policy.outlierDetection());
    }

    /// Istio: each part that the subset has replaces the rule's whole part.
    public TrafficSettings overlaidWith(TrafficPolicy subset) {
        return new TrafficSettings(
                subset.loadBalancer().or(this::loadBalancer),
                subset.connectionPool().or(this::connectionPool),
                subset.outlierDetection().or(this::outlierDetection));
    }

    /// Whether calls go wherever they were going: then there are no endpoints to send.
    public boolean isPassthrough() {
        return loadBalancer
                .flatMap(LoadBalancer::simple)
                .filter(SimpleLb.PASSTHROUGH::equals)
                .isPresent();
    }

    /// Istio: traffic keeps to the caller's locality only where broken endpoints are found out.
    public boolean prefersLocality() {
        return outlierDetection.isPresent();
    }

    public List<Failover> failover() {
        return loadBalancer.map(LoadBalancer::failover).orElse(List.of());
    }
}
