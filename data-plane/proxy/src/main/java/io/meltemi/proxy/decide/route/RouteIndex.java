package io.meltemi.proxy.decide.route;

import io.meltemi.proxy.decide.RequestFacts;
import io.meltemi.proxy.decide.match.PathMatch;
import io.meltemi.proxy.http.HeaderMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Finds, among many routes, the few whose path may match, so that a request does not walk all of
/// them. Immutable. `HOT`.
///
/// Routes stay in their order: what comes out is the route that a walk would have found. Exact
/// paths and beginnings are found by binary search; of each beginning the index knows all routes
/// that stand on it or on a shorter one, so that a search ends with three sorted lists: the routes
/// of the exact path, those of the beginnings, and those the index cannot tell apart.
final class RouteIndex {
    /// Fewer routes are walked as quickly.
    static final int LEAST_ROUTES = 16;

    /// Beginnings that are nested without end would make the index square: then there is none.
    private static final int MOST_PER_ROUTE = 64;

    private static final int[] NO_ROUTES = {};

    static final RouteIndex NONE =
            new RouteIndex(List.of(), new Paths(new TreeMap<>()), new Paths(new TreeMap<>()), null);

    private final RouteEntry[] routes;
    private final Paths exact;
    private final Paths prefixes;

    /// For each beginning the longest one that it begins with itself; -1: none.
    private final int[] parents;

    /// Null: the index is of no use.
    private final int @Nullable [] others;

    private RouteIndex(
            List<RouteEntry> routes, Paths exact, Paths prefixes, int @Nullable [] others) {
        this.routes = routes.toArray(new RouteEntry[0]);
        this.exact = exact;
        this.prefixes = prefixes;
        this.parents = parents(prefixes.texts);
        this.others = others;
    }

    /// Texts in order, each with the places of its routes, ascending. Immutable.
    private static final class Paths {
        private final String[] texts;
        private final int[][] routes;

        Paths(SortedMap<String, List<Integer>> byText) {
            texts = byText.keySet().toArray(new String[0]);
            routes = new int[texts.length][];
            int i = 0;
            for (Map.Entry<String, List<Integer>> each : byText.entrySet()) {
                routes[i] = each.getValue().stream().mapToInt(Integer::intValue).toArray();
                i++;
            }
        }

        /// The last text that is not behind the beginning of a path in the order of texts; -1 when
        /// all are.
        int floor(String path, int end) {
            int low = 0;
            int high = texts.length - 1;
            while (low <= high) {
                int middle = (low + high) >>> 1;
                if (compare(texts[middle], path, end) <= 0) {
                    low = middle + 1;
                } else {
                    high = middle - 1;
                }
            }
            return high;
        }

        private static int compare(String text, String path, int end) {
            int length = Math.min(text.length(), end);
            for (int i = 0; i < length; i++) {
                int difference = text.charAt(i) - path.charAt(i);
                if (difference != 0) {
                    return difference;
                }
            }
            return text.length() - end;
        }
    }

    /// An index of these routes, or [#NONE] where walking is as good.
    static RouteIndex of(List<RouteEntry> routes) {
        if (routes.size() < LEAST_ROUTES) {
            return NONE;
        }
        TreeMap<String, List<Integer>> exact = new TreeMap<>();
        TreeMap<String, List<Integer>> prefixes = new TreeMap<>();
        List<Integer> others = new ArrayList<>();
        for (int i = 0; i < routes.size(); i++) {
            PathMatch path = routes.get(i).match().path();
            String whole = path.exactText();
            String beginning = path.prefixText();
            if (whole != null) {
                exact.computeIfAbsent(whole, _ -> new ArrayList<>()).add(i);
            } else if (!beginning.isEmpty()) {
                prefixes.computeIfAbsent(beginning, _ -> new ArrayList<>()).add(i);
            } else {
                others.add(i);
            }
        }
        int[] rest = others.stream().mapToInt(Integer::intValue).toArray();
        RouteIndex index = new RouteIndex(routes, new Paths(exact), new Paths(prefixes), rest);
        return index.inherit((long) MOST_PER_ROUTE * routes.size()) ? index : NONE;
    }

    /// Gives each beginning the routes of the shorter ones; false when that would be too many.
    private boolean inherit(long most) {
        long all = 0;
        // In the order of texts a parent stands before its children.
        for (int i = 0; i < parents.length; i++) {
            if (parents[i] >= 0) {
                prefixes.routes[i] = merged(prefixes.routes[i], prefixes.routes[parents[i]]);
            }
            all += prefixes.routes[i].length;
            if (all > most) {
                return false;
            }
        }
        return true;
    }

    private static int[] merged(int[] some, int[] more) {
        int[] both = java.util.Arrays.copyOf(some, some.length + more.length);
        System.arraycopy(more, 0, both, some.length, more.length);
        java.util.Arrays.sort(both);
        return both;
    }

    private static int[] parents(String[] texts) {
        int[] parents = new int[texts.length];
        for (int i = 0; i < texts.length; i++) {
            int parent = i - 1;
            while (parent >= 0 && !texts[i].startsWith(texts[parent])) {
                parent = parents[parent];
            }
            parents[i] = parent;
        }
        return parents;
    }

    boolean isUseful() {
        return others != null;
    }

    /// The first route that matches, or null.
    @Nullable RouteEntry first(
            HeaderMap request, @Nullable RequestFacts facts, String path, int end, long random) {
        int[] ofExact = exactRoutes(path, end);
        int[] ofPrefix = prefixRoutes(path, end);
        int[] rest = others == null ? NO_ROUTES : others;
        int e = 0;
        int p = 0;
        int r = 0;
        while (true) {
            int nextExact = e < ofExact.length ? ofExact[e] : Integer.MAX_VALUE;
            int nextPrefix = p < ofPrefix.length ? ofPrefix[p] : Integer.MAX_VALUE;
            int nextRest = r < rest.length ? rest[r] : Integer.MAX_VALUE;
            int next = Math.min(nextExact, Math.min(nextPrefix, nextRest));
            if (next == Integer.MAX_VALUE) {
                return null;
            }
            if (next == nextExact) {
                e++;
            } else if (next == nextPrefix) {
                p++;
            } else {
                r++;
            }
            RouteEntry route = routes[next];
            if (route.match().mismatch(path, end, request, facts, random) == null) {
                return route;
            }
        }
    }

    private int[] exactRoutes(String path, int end) {
        int at = exact.floor(path, end);
        return at >= 0 && exact.texts[at].length() == end && path.startsWith(exact.texts[at])
                ? exact.routes[at]
                : NO_ROUTES;
    }

    /// Every beginning of a path stands on the way from the last text that is not behind it to that
    /// text's parents.
    private int[] prefixRoutes(String path, int end) {
        int at = prefixes.floor(path, end);
        while (at >= 0
                && (prefixes.texts[at].length() > end || !path.startsWith(prefixes.texts[at]))) {
            at = parents[at];
        }
        return at < 0 ? NO_ROUTES : prefixes.routes[at];
    }
}
