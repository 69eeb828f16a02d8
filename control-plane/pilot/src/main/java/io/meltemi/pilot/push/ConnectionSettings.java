package io.meltemi.pilot.push;

import io.meltemi.model.config.ConnectionPool;
import io.meltemi.model.config.ConsistentHash;
import io.meltemi.model.config.ConsistentHash.HashKey;
import io.meltemi.model.config.DestinationRule.Subset;
import io.meltemi.model.config.LoadBalancer;
import io.meltemi.model.config.TrafficPolicy;
import io.meltemi.model.config.TrafficPolicy.Tunnel;
import io.meltemi.pilot.scope.DestinationRules.Rule;
import io.meltemi.pilot.scope.ServiceScope;
import io.meltemi.pilot.translate.listener.ConnectionChain.Settings;
import java.util.Optional;

/// What rules say of connections that are not looked into. Immutable.
///
/// Istio: this belongs to the listener, so the first destination decides for all of them, and what
/// is said of single ports has no say.
///
/// @param scope what the caller sees
record ConnectionSettings(ServiceScope scope) {
    /// @param host of the first destination, by its full name
    /// @param subset of the only destination; empty where there are several, or none is named
    Settings of(String host, String subset) {
        return scope.service(host)
                .flatMap(s -> scope.rule(s.service()))
                .map(rule -> of(rule, subset))
                .orElse(Settings.DEFAULT);
    }

    private static Settings of(Rule rule, String subset) {
        Optional<ConnectionPool.Tcp> pool =
                rule.policy().flatMap(p -> p.settings().connectionPool()).map(ConnectionPool::tcp);
        return new Settings(
                pool.flatMap(ConnectionPool.Tcp::idleTimeout),
                pool.flatMap(ConnectionPool.Tcp::maxConnectionDuration),
                isBySourceAddress(rule, subset),
                tunnel(rule, subset));
    }

    /// Istio: a subset inherits no tunnel.
    private static Optional<Tunnel> tunnel(Rule rule, String subset) {
        return (subset.isEmpty() ? rule.policy() : policy(rule, subset))
                .flatMap(TrafficPolicy::tunnel);
    }

    private static Optional<TrafficPolicy> policy(Rule rule, String subset) {
        return rule.subsets().stream()
                .filter(s -> s.name().equals(subset))
                .findFirst()
                .flatMap(Subset::trafficPolicy);
    }

    private static boolean isBySourceAddress(Rule rule, String subset) {
        Optional<LoadBalancer> own = policy(rule, subset).flatMap(ConnectionSettings::balancer);
        return own.or(() -> rule.policy().flatMap(ConnectionSettings::balancer))
                .flatMap(LoadBalancer::consistentHash)
                .flatMap(ConsistentHash::key)
                .filter(HashKey.SourceIp.class::isInstance)
                .isPresent();
    }

    private static Optional<LoadBalancer> balancer(TrafficPolicy policy) {
        return policy.settings().loadBalancer();
    }
}
