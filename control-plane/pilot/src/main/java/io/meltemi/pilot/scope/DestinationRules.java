package io.meltemi.pilot.scope;

import io.meltemi.model.config.DestinationRule;
import io.meltemi.model.config.DestinationRule.Subset;
import io.meltemi.model.config.LoadBalancer;
import io.meltemi.model.config.LocalityLb;
import io.meltemi.model.config.ResourceKey;
import io.meltemi.model.config.TrafficPolicy;
import io.meltemi.model.config.WorkloadSelector;
import io.meltemi.model.service.Service;
import io.meltemi.model.snapshot.MeshSettings;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/// Finds the destination rule that a caller follows. Immutable.
///
/// Istio: the caller's namespace, then what the service's exports to it, then what the root does;
/// the first level with a matching host decides, and levels are never mixed. Callers of the root
/// itself look first at what it keeps to itself, so that rules for the whole mesh are not theirs
/// before those of services.
public final class DestinationRules {
    private final Map<String, MergedRules> own = new HashMap<>();
    private final Map<String, MergedRules> exported = new HashMap<>();
    private final MergedRules keptByRoot = new MergedRules();
    private final Map<String, List<DestinationRule>> selecting = new HashMap<>();
    private final NavigableSet<String> comparedLabels = new TreeSet<>();
    private final String rootNamespace;

    /// All rules of one namespace for one host and the same callers, as one. Immutable.
    ///
    /// @param key the oldest of them
    /// @param exportTo namespaces that see it, as written; empty: all
    /// @param selector the callers that follow it; absent: all
    public record Rule(
            ResourceKey key,
            String host,
            Optional<TrafficPolicy> policy,
            List<Subset> subsets,
            Set<String> exportTo,
            Optional<WorkloadSelector> selector) {
        public Rule {
            subsets = List.copyOf(subsets);
            exportTo = Set.copyOf(exportTo);
        }
    }

    DestinationRules(List<DestinationRule> all, MeshSettings settings) {
        rootNamespace = settings.rootNamespace();
        List<DestinationRule> sorted = new ArrayList<>(all);
        // Istio: the oldest first; here the first by name.
        sorted.sort(
                Comparator.comparing((DestinationRule r) -> r.workloadSelector().isEmpty())
                        .thenComparing(r -> r.metadata().name()));
        for (DestinationRule rule : sorted) {
            add(rule, settings.domainSuffix());
            policies(rule)
                    .flatMap(DestinationRules::settings)
                    .flatMap(s -> s.loadBalancer().flatMap(LoadBalancer::locality).stream())
                    .forEach(locality -> compare(locality, comparedLabels));
        }
        settings.config()
                .upstream()
                .locality()
                .ifPresent(locality -> compare(locality, comparedLabels));
    }

    private static void compare(LocalityLb locality, Set<String> labels) {
        locality.failoverPriority().stream()
                .filter(label -> label.indexOf('=') < 0)
                .forEach(labels::add);
    }

    private static Stream<TrafficPolicy> policies(DestinationRule rule) {
        return Stream.concat(
                rule.trafficPolicy().stream(),
                rule.subsets().stream().flatMap(subset -> subset.trafficPolicy().stream()));
    }

    private static Stream<TrafficPolicy.Settings> settings(TrafficPolicy policy) {
        return Stream.concat(
                Stream.of(policy.settings()), policy.ports().stream().map(p -> p.settings()));
    }

    /// The labels of callers that some rule compares with those of instances.
    NavigableSet<String> comparedLabels() {
        return Collections.unmodifiableNavigableSet(comparedLabels);
    }

    private void add(DestinationRule written, String domainSuffix) {
        String home = written.metadata().namespace();
        // Istio: one for selected callers is for those of its namespace.
        Set<String> exportTo =
                written.workloadSelector().isPresent()
                        ? Set.of(".")
                        : Set.copyOf(written.exportTo());
        Rule rule =
                new Rule(
                        written.key(),
                        Hosts.resolve(written.host(), home, domainSuffix),
                        written.trafficPolicy(),
                        written.subsets(),
                        exportTo,
                        written.workloadSelector());
        written.workloadSelector()
                .ifPresent(
                        _ -> selecting.computeIfAbsent(home, _ -> new ArrayList<>()).add(written));
        if (ExportTo.isVisible(List.copyOf(exportTo), home, home)) {
            own.computeIfAbsent(home, _ -> new MergedRules()).add(rule);
        }
        boolean kept = exportTo.size() == 1 && (exportTo.contains(".") || exportTo.contains(home));
        if (!kept) {
            exported.computeIfAbsent(home, _ -> new MergedRules()).add(rule);
        } else if (home.equals(rootNamespace)) {
            keptByRoot.add(rule);
        }
    }

    /// The rules for selected callers that are for one with these labels.
    NavigableSet<ResourceKey> selecting(String namespace, Map<String, String> labels) {
        NavigableSet<ResourceKey> keys = new TreeSet<>();
        for (DestinationRule rule : selecting.getOrDefault(namespace, List.of())) {
            if (rule.workloadSelector().filter(s -> s.selects(labels)).isPresent()) {
                keys.add(rule.key());
            }
        }
        return keys;
    }

    /// The rule that callers follow towards the service.
    Optional<Rule> find(Viewer caller, Service service) {
        List<Rule> rules = candidates(caller.namespace(), service);
        return rules.stream()
                .filter(rule -> rule.selector().isPresent() && caller.rules().contains(rule.key()))
                .findFirst()
                .or(() -> forAll(rules));
    }

    /// The rule that those behind the service follow in what they take from callers.
    ///
    /// Istio: rules for selected callers have no say there.
    public Optional<Rule> ofReceiver(String namespace, Service service) {
        return forAll(candidates(namespace, service));
    }

    /// Istio: of several that could not be merged the newest.
    private static Optional<Rule> forAll(List<Rule> rules) {
        return rules.reversed().stream().filter(rule -> rule.selector().isEmpty()).findFirst();
    }

    private List<Rule> candidates(String caller, Service service) {
        String host = service.hostname().value();
        MergedRules near =
                caller.equals(rootNamespace)
                        ? keptByRoot
                        : own.getOrDefault(caller, MergedRules.NONE);
        return near.find(host)
                .or(() -> exported(service.namespace(), host, caller))
                .or(() -> exported(rootNamespace, host, caller))
                .orElse(List.of());
    }

    private Optional<List<Rule>> exported(String home, String host, String caller) {
        return exported.getOrDefault(home, MergedRules.NONE)
                .find(host)
                .map(rules -> rules.stream().filter(rule -> isExported(rule, caller)).toList())
                .filter(rules -> !rules.isEmpty());
    }

    /// Istio: `.` is not looked at here, the rule's own namespace has been asked before.
    private static boolean isExported(Rule rule, String caller) {
        return rule.exportTo().isEmpty()
                || rule.exportTo().contains("*")
                || rule.exportTo().contains(caller);
    }
}
