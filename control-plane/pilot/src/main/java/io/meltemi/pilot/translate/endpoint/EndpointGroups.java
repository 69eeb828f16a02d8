package io.meltemi.pilot.translate.endpoint;

import io.meltemi.model.service.Locality;
import io.meltemi.pilot.scope.PortEndpoint;
import io.meltemi.pilot.translate.endpoint.Preference.Nearness;
import io.meltemi.pilot.translate.endpoint.Preference.Shares;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/// Instances by place, with what each place gets. Thread-safe: pure.
final class EndpointGroups {
    private EndpointGroups() {}

    /// @param priority groups of a higher number are called when those before are broken
    /// @param weight among the groups of its priority
    record Group(Locality locality, int priority, int weight, List<PortEndpoint> endpoints) {
        Group {
            endpoints = List.copyOf(endpoints);
        }
    }

    static List<Group> of(EndpointInput input) {
        return switch (input.preference()) {
            case Preference.None() -> byPlace(input.endpoints());
            case Shares(SortedMap<String, Integer> to) -> shared(byPlace(input.endpoints()), to);
            case Nearness nearness -> ranked(input.endpoints(), nearness);
        };
    }

    private static List<Group> byPlace(List<PortEndpoint> endpoints) {
        return groups(endpoints, 0);
    }

    private static List<Group> groups(List<PortEndpoint> endpoints, int priority) {
        SortedMap<String, List<PortEndpoint>> byPlace = new TreeMap<>();
        for (PortEndpoint endpoint : endpoints) {
            byPlace.computeIfAbsent(
                            endpoint.workload().locality().toString(), _ -> new ArrayList<>())
                    .add(endpoint);
        }
        return byPlace.values().stream()
                .map(some ->
                        new Group(
                                some.getFirst().workload().locality(),
                                priority,
                                some.stream().mapToInt(PortEndpoint::weight).sum(),
                                some))
                .toList();
    }

    /// The nearest first. Envoy wants no priority left out.
    private static List<Group> ranked(List<PortEndpoint> endpoints, Nearness nearness) {
        SortedMap<Integer, List<PortEndpoint>> byRank = new TreeMap<>();
        for (PortEndpoint endpoint : endpoints) {
            byRank.computeIfAbsent(Ranks.of(endpoint, nearness), _ -> new ArrayList<>())
                    .add(endpoint);
        }
        List<Integer> ranks = new ArrayList<>(new TreeSet<>(byRank.keySet()));
        List<Group> groups = new ArrayList<>();
        byRank.forEach((rank, some) -> groups.addAll(groups(some, ranks.indexOf(rank))));
        groups.sort(
                Comparator.comparing((Group g) -> g.locality().toString())
                        .thenComparingInt(Group::priority));
        return groups;
    }

    /// Istio: a share of several places is shared by their weights, rounded up.
    private static List<Group> shared(List<Group> groups, Map<String, Integer> shares) {
        List<Group> rest = new ArrayList<>(groups);
        List<Group> out = new ArrayList<>();
        shares.forEach((place, share) -> {
            List<Group> here =
                    rest.stream()
                            .filter(g -> LocalityPatterns.covers(place, g.locality()))
                            .toList();
            rest.removeAll(here);
            long total = here.stream().mapToLong(Group::weight).sum();
            here.forEach(group ->
                    out.add(
                            new Group(
                                    group.locality(),
                                    0,
                                    (int) Math.ceilDiv((long) group.weight() * share, total),
                                    group.endpoints())));
        });
        out.sort(Comparator.comparing((Group g) -> g.locality().toString()));
        return out;
    }
}
