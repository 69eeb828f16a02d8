package io.meltemi.pilot.scope;

import io.meltemi.model.config.DestinationRule.Subset;
import io.meltemi.model.service.HostPatterns;
import io.meltemi.pilot.scope.DestinationRules.Rule;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/// Rules of one namespace by their hosts. Confined to whoever makes it; not changed afterwards.
///
/// Istio: of those for one host, a newer one is put into each older one that is for the same
/// namespaces, or for some of its own; it stands apart where none is. What a rule for selected
/// callers lacks is taken from rules for all of them.
final class MergedRules {
    static final MergedRules NONE = new MergedRules();

    private final Map<String, List<Rule>> byHost = new HashMap<>();
    private final SortedSet<String> wildcards = new TreeSet<>(Hosts::bySpecificity);

    /// Takes in a rule that is newer than all before.
    void add(Rule next) {
        List<Rule> here = byHost.computeIfAbsent(next.host(), _ -> new ArrayList<>());
        if (next.host().startsWith("*")) {
            wildcards.add(next.host());
        }
        boolean apart = true;
        for (int i = 0; i < here.size(); i++) {
            Rule known = here.get(i);
            if (takes(known, next)) {
                here.set(i, merge(known, next));
                apart &= !known.selector().equals(next.selector());
            }
        }
        if (apart) {
            here.add(next);
        }
    }

    private static boolean takes(Rule known, Rule next) {
        boolean sameNamespaces =
                known.exportTo().equals(next.exportTo())
                        || (!known.exportTo().isEmpty()
                                && next.exportTo().containsAll(known.exportTo()));
        return sameNamespaces
                && (next.selector().isEmpty() || known.selector().equals(next.selector()));
    }

    /// Subsets add up, of two with one name the first; of two policies the older one's holds.
    private static Rule merge(Rule older, Rule newer) {
        Map<String, Subset> subsets = new LinkedHashMap<>();
        Stream.concat(older.subsets().stream(), newer.subsets().stream())
                .forEach(subset -> subsets.putIfAbsent(subset.name(), subset));
        return new Rule(
                older.key(),
                older.host(),
                older.policy().or(newer::policy),
                List.copyOf(subsets.values()),
                older.exportTo(),
                older.selector());
    }

    /// Those of the most specific host that covers this one; empty where none does.
    Optional<List<Rule>> find(String host) {
        List<Rule> exact = byHost.get(host);
        if (exact != null) {
            return Optional.of(Collections.unmodifiableList(exact));
        }
        return wildcards.stream()
                .filter(pattern -> HostPatterns.covers(pattern, host))
                .findFirst()
                .flatMap(pattern -> Optional.ofNullable(byHost.get(pattern)));
    }
}
