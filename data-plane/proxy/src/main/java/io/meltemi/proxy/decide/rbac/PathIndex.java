package io.meltemi.proxy.decide.rbac;

import io.meltemi.proxy.decide.match.StringMatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Finds among many policies those that a path may fit, so that the rest need not be asked.
/// Immutable.
///
/// A policy is found by the paths and prefixes one of which its permission asks for; those that ask
/// for none are found for each path.
final class PathIndex {
    private static final int[] NONE = {};

    /// What a permission asks for.
    private record Wanted(String path, boolean isPrefix) {}

    private final int[] always;
    private final Map<String, int[]> exact = new HashMap<>();

    /// Sorted, so that all prefixes of a path are among those that the greatest one not behind it
    /// begins with.
    private final String[] prefixes;

    private final int[][] ofPrefix;

    /// The longest other prefix that one begins with; -1 for none.
    private final int[] shorter;

    PathIndex(List<RbacEngine.Policy> policies) {
        List<Integer> unbound = new ArrayList<>();
        Map<String, SortedSet<Integer>> paths = new HashMap<>();
        TreeMap<String, SortedSet<Integer>> begins = new TreeMap<>();
        for (int i = 0; i < policies.size(); i++) {
            List<Wanted> wanted = wanted(policies.get(i).permission());
            if (wanted == null) {
                unbound.add(i);
                continue;
            }
            for (Wanted each : wanted) {
                (each.isPrefix() ? begins : paths)
                        .computeIfAbsent(each.path(), _ -> new TreeSet<>())
                        .add(i);
            }
        }
        always = ints(unbound);
        paths.forEach((path, found) -> exact.put(path, ints(found)));
        prefixes = begins.keySet().toArray(new String[0]);
        ofPrefix = begins.values().stream().map(PathIndex::ints).toArray(int[][]::new);
        shorter = new int[prefixes.length];
        for (int i = 0; i < prefixes.length; i++) {
            int candidate = i - 1;
            while (candidate >= 0 && !prefixes[i].startsWith(prefixes[candidate])) {
                candidate = shorter[candidate];
            }
            shorter[i] = candidate;
        }
    }

    /// Those that have to be asked for each path, ascending.
    int[] always() {
        return always;
    }

    /// Those that have to be asked for this path besides, ascending.
    int[] fitting(String path) {
        int[] found = exact.getOrDefault(path, NONE);
        int at = Arrays.binarySearch(prefixes, path);
        at = at < 0 ? -at - 2 : at;
        while (at >= 0) {
            if (path.startsWith(prefixes[at])) {
                found = both(found, ofPrefix[at]);
            }
            at = shorter[at];
        }
        return found;
    }

    private static int[] both(int[] some, int[] more) {
        if (some.length == 0) {
            return more;
        }
        int[] all = Arrays.copyOf(some, some.length + more.length);
        System.arraycopy(more, 0, all, some.length, more.length);
        Arrays.sort(all);
        return all;
    }

    private static int[] ints(java.util.Collection<Integer> numbers) {
        return numbers.stream().mapToInt(Integer::intValue).toArray();
    }

    /// Paths one of which a request must have for the condition to hold; null: any.
    private static @Nullable List<Wanted> wanted(RbacCondition condition) {
        return switch (condition) {
            case RbacCondition.UrlPath(StringMatch.Exact(String path, boolean folds)) when !folds ->
                    List.of(new Wanted(path, false));
            case RbacCondition.UrlPath(StringMatch.Prefix(String path, boolean folds))
                    when !folds ->
                    List.of(new Wanted(path, true));
            case RbacCondition.And(List<RbacCondition> all) -> ofOne(all);
            case RbacCondition.Or(List<RbacCondition> any) -> ofAny(any);
            default -> null;
        };
    }

    private static @Nullable List<Wanted> ofOne(List<RbacCondition> all) {
        for (RbacCondition each : all) {
            List<Wanted> wanted = wanted(each);
            if (wanted != null) {
                return wanted;
            }
        }
        return null;
    }

    private static @Nullable List<Wanted> ofAny(List<RbacCondition> any) {
        List<Wanted> all = new ArrayList<>();
        for (RbacCondition each : any) {
            List<Wanted> wanted = wanted(each);
            if (wanted == null) {
                return null;
            }
            all.addAll(wanted);
        }
        return all;
    }
}
