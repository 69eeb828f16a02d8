package io.meltemi.proxy.decide.route;

import io.meltemi.proxy.decide.match.HeaderMatch;
import io.meltemi.proxy.decide.match.StringMatch;
import io.meltemi.proxy.http.HeaderMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A virtual host's `matcher`, compiled: headers lead to a list of routes, of which the first that
/// matches is taken. Immutable. `HOT`.
///
/// Envoy: a branch that leads nowhere is left, and what stands behind it is tried. Several headers
/// of one name are looked at as one, joined by commas.
public sealed interface RouteTree {
    /// The routes a request may take, or null when the tree knows none for it.
    @Nullable List<RouteEntry> find(HeaderMap request);

    /// The end of a branch.
    record Routes(List<RouteEntry> routes) implements RouteTree {
        public Routes {
            routes = List.copyOf(routes);
        }

        @Override
        public List<RouteEntry> find(HeaderMap request) {
            return routes;
        }
    }

    /// Nothing.
    record Nowhere() implements RouteTree {
        @Override
        public @Nullable List<RouteEntry> find(HeaderMap request) {
            return null;
        }
    }

    /// One line of [Lines].
    record Line(Condition condition, RouteTree then) {}

    /// The first line whose condition holds and that leads somewhere.
    record Lines(List<Line> lines, RouteTree otherwise) implements RouteTree {
        public Lines {
            lines = List.copyOf(lines);
        }

        @Override
        public @Nullable List<RouteEntry> find(HeaderMap request) {
            for (int i = 0; i < lines.size(); i++) {
                Line line = lines.get(i);
                if (line.condition.holds(request)) {
                    List<RouteEntry> found = line.then.find(request);
                    if (found != null) {
                        return found;
                    }
                }
            }
            return otherwise.find(request);
        }
    }

    /// By a header's whole value.
    record Exact(String header, Map<String, RouteTree> branches, RouteTree otherwise)
            implements RouteTree {
        public Exact {
            branches = Map.copyOf(branches);
        }

        @Override
        public @Nullable List<RouteEntry> find(HeaderMap request) {
            String value = HeaderMatch.joined(request, header);
            RouteTree branch = value == null ? null : branches.get(value);
            List<RouteEntry> found = branch == null ? null : branch.find(request);
            return found != null ? found : otherwise.find(request);
        }
    }

    /// By how a header's value begins, the longest beginning first.
    record Prefixes(String header, List<Prefix> longestFirst, RouteTree otherwise)
            implements RouteTree {
        public Prefixes {
            longestFirst = List.copyOf(longestFirst);
        }

        @Override
        public @Nullable List<RouteEntry> find(HeaderMap request) {
            String value = HeaderMatch.joined(request, header);
            for (int i = 0; value != null && i < longestFirst.size(); i++) {
                Prefix prefix = longestFirst.get(i);
                if (value.startsWith(prefix.text)) {
                    List<RouteEntry> found = prefix.then.find(request);
                    if (found != null) {
                        return found;
                    }
                }
            }
            return otherwise.find(request);
        }
    }

    /// One branch of [Prefixes].
    record Prefix(String text, RouteTree then) {}

    /// What a line asks of a request.
    sealed interface Condition {
        boolean holds(HeaderMap request);
    }

    /// Envoy: a header that is absent matches nothing, not even what is empty.
    record Header(String name, StringMatch match) implements Condition {
        @Override
        public boolean holds(HeaderMap request) {
            String value = HeaderMatch.joined(request, name);
            return value != null && match.matches(value);
        }
    }

    record All(List<Condition> conditions) implements Condition {
        public All {
            conditions = List.copyOf(conditions);
        }

        @Override
        public boolean holds(HeaderMap request) {
            for (int i = 0; i < conditions.size(); i++) {
                if (!conditions.get(i).holds(request)) {
                    return false;
                }
            }
            return true;
        }
    }

    record Any(List<Condition> conditions) implements Condition {
        public Any {
            conditions = List.copyOf(conditions);
        }

        @Override
        public boolean holds(HeaderMap request) {
            for (int i = 0; i < conditions.size(); i++) {
                if (conditions.get(i).holds(request)) {
                    return true;
                }
            }
            return false;
        }
    }

    record Not(Condition condition) implements Condition {
        @Override
        public boolean holds(HeaderMap request) {
            return !condition.holds(request);
        }
    }

    /// Every route of the tree, for those who ask which clusters it names.
    static List<RouteEntry> all(RouteTree tree) {
        return switch (tree) {
            case Routes(List<RouteEntry> routes) -> routes;
            case Nowhere _ -> List.of();
            case Lines(List<Line> lines, RouteTree otherwise) ->
                    all(lines.stream().map(Line::then).toList(), otherwise);
            case Exact(_, Map<String, RouteTree> branches, RouteTree otherwise) ->
                    all(List.copyOf(branches.values()), otherwise);
            case Prefixes(_, List<Prefix> prefixes, RouteTree otherwise) ->
                    all(prefixes.stream().map(Prefix::then).toList(), otherwise);
        };
    }

    private static List<RouteEntry> all(List<RouteTree> branches, RouteTree otherwise) {
        List<RouteEntry> routes = new ArrayList<>();
        branches.forEach(branch -> routes.addAll(all(branch)));
        routes.addAll(all(otherwise));
        return routes;
    }
}
