package io.meltemi.pilot.scope;

import io.meltemi.model.config.DestinationRule;
import io.meltemi.model.config.DestinationRule.Subset;
import io.meltemi.model.config.ResourceKey;
import io.meltemi.model.config.TrafficPolicy;
import io.meltemi.model.service.HostPatterns;
import io.meltemi.model.service.Service;
import io.meltemi.model.snapshot.MeshSettings;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// Finds the destination rule that a caller follows. Immutable.
///
/// Istio: the caller's namespace, then the service's, then the root; the first level with a
/// matching host decides, and levels are never mixed.
public final class DestinationRules {
    private final Map<String, List<Rule>> byNamespace = new HashMap<>();
    private final String rootNamespace;

    /// All rules of one namespace for one host, as one. Immutable.
    ///
    /// @param key the resource that gives the traffic policy
    public record Rule(
            ResourceKey key, String host, Optional<TrafficPolicy> policy, List<Subset> subsets) {
        public Rule {
            subsets = List.copyOf(subsets);
        }
    }

    DestinationRules(List<DestinationRule> all, MeshSettings settings) {
        rootNamespace = settings.rootNamespace();
        Map<String, Map<String, Rule>> merged = new HashMap<>();
        List<DestinationRule> sorted = new ArrayList<>(all);
        sorted.sort(Comparator.comparing(r -> r.metadata().name()));
        for (DestinationRule rule : sorted) {
            String namespace = rule.metadata().namespace();
            String host = Hosts.resolve(rule.host(), namespace, settings.domainSuffix());
            Rule next = new Rule(rule.key(), host, rule.trafficPolicy(), rule.subsets());
            merged.computeIfAbsent(namespace, _ -> new HashMap<>())
                    .merge(host, next, DestinationRules::merge);
        }
        merged.forEach((namespace, rules) ->
                byNamespace.put(
                        namespace,
                        rules.values().stream()
                                .sorted(Comparator.comparing(Rule::host, Hosts::bySpecificity))
                                .toList()));
    }

    /// Subsets add up, the older one's policy holds; of two subsets with one name the first.
    private static Rule merge(Rule older, Rule newer) {
        Map<String, Subset> subsets = new LinkedHashMap<>();
        Stream.concat(older.subsets().stream(), newer.subsets().stream())
                .forEach(subset -> subsets.putIfAbsent(subset.name(), subset));
        return new Rule(older.key(), older.host(), older.policy(), List.copyOf(subsets.values()));
    }

    /// The rule that callers of this namespace follow towards the service.
    public Optional<Rule> find(String callerNamespace, Service service) {
        return Stream.of(callerNamespace, service.namespace(), rootNamespace)
                .distinct()
                .flatMap(namespace -> find(namespace, service.hostname().value()).stream())
                .findFirst();
    }

    private Optional<Rule> find(String namespace, String host) {
        return byNamespace.getOrDefault(namespace, List.of()).stream()
                .filter(rule -> HostPatterns.covers(rule.host(), host))
                .findFirst();
    }
}
