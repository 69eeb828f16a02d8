package io.meltemi.pilot.scope;

import io.meltemi.model.config.ConsistentHash;
import io.meltemi.model.config.ConsistentHash.HashKey;
import io.meltemi.model.config.Destination;
import io.meltemi.model.config.LoadBalancer;
import io.meltemi.model.config.TrafficPolicy;
import io.meltemi.pilot.scope.DestinationRules.Rule;
import java.util.Collections;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;

/// What makes calls to one host alike, by the rule that their caller follows. Immutable.
///
/// The proxy wants to be told on the way there, in routes; how instances are laid out is the
/// cluster's.
///
/// @param all of any port and subset
public record HashKeys(
        Optional<HashKey> all,
        SortedMap<Integer, HashKey> ports,
        SortedMap<String, HashKeys> subsets) {
    static final HashKeys NONE = new HashKeys(Optional.empty(), new TreeMap<>(), new TreeMap<>());

    public HashKeys {
        ports = Collections.unmodifiableSortedMap(new TreeMap<>(ports));
        subsets = Collections.unmodifiableSortedMap(new TreeMap<>(subsets));
    }

    public static HashKeys of(Rule rule) {
        SortedMap<String, HashKeys> subsets = new TreeMap<>();
        rule.subsets()
                .forEach(subset ->
                        subset.trafficPolicy()
                                .ifPresent(
                                        p -> subsets.put(subset.name(), of(p, new TreeMap<>()))));
        return rule.policy()
                .map(policy -> of(policy, subsets))
                .orElseGet(() -> new HashKeys(Optional.empty(), new TreeMap<>(), subsets));
    }

    private static HashKeys of(TrafficPolicy policy, SortedMap<String, HashKeys> subsets) {
        SortedMap<Integer, HashKey> ports = new TreeMap<>();
        policy.ports()
                .forEach(port ->
                        key(port.settings()).ifPresent(k -> ports.putIfAbsent(port.port(), k)));
        return new HashKeys(key(policy.settings()), ports, subsets);
    }

    private static Optional<HashKey> key(TrafficPolicy.Settings settings) {
        return settings.loadBalancer()
                .flatMap(LoadBalancer::consistentHash)
                .flatMap(ConsistentHash::key);
    }

    /// Istio: the subset's port, the subset, the port, all of them; a port counts only where the
    /// destination names it.
    public Optional<HashKey> of(Destination destination) {
        Optional<HashKeys> subset =
                destination.subset().flatMap(name -> Optional.ofNullable(subsets.get(name)));
        return subset.flatMap(s -> s.at(destination.port()))
                .or(() -> subset.flatMap(HashKeys::all))
                .or(() -> at(destination.port()))
                .or(this::all);
    }

    /// Where nobody routes.
    public Optional<HashKey> of(int port) {
        return at(OptionalInt.of(port)).or(this::all);
    }

    private Optional<HashKey> at(OptionalInt port) {
        return port.isPresent()
                ? Optional.ofNullable(ports.get(port.getAsInt()))
                : Optional.empty();
    }
}
