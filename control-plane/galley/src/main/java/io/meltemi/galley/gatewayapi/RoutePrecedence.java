package io.meltemi.galley.gatewayapi;

import io.meltemi.model.config.HttpRoute;
import io.meltemi.model.config.HttpRoute.HttpMatchRequest;
import io.meltemi.model.config.StringMatch;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// Which of several routes takes a request that all of them match. Immutable.
///
/// Gateway API: an exact path before the longest prefix, then a method, more headers, more query
/// parameters; then the older route and the earlier rule, which is the order they come in. Where
/// regular expressions stand is up to each implementation; Istio: last.
final class RoutePrecedence {
    private static final Comparator<HttpMatchRequest> ORDER =
            Comparator.comparingInt((HttpMatchRequest m) -> -rank(m.uri()))
                    .thenComparingInt(m -> -length(m.uri()))
                    .thenComparingInt(m -> m.method().isPresent() ? 0 : 1)
                    .thenComparingInt(m -> -m.headers().size())
                    .thenComparingInt(m -> -m.queryParams().size());

    private RoutePrecedence() {}

    /// @param route of each, with one match at most
    static <T> List<T> sorted(List<T> all, Function<T, HttpRoute> route) {
        return all.stream()
                .sorted(
                        Comparator.comparing(
                                route,
                                Comparator.comparingInt(RoutePrecedence::takesEverything)
                                        .thenComparing(RoutePrecedence::byMatch)))
                .toList();
    }

    private static int takesEverything(HttpRoute route) {
        return route.match().isEmpty() ? 1 : 0;
    }

    private static int byMatch(HttpRoute one, HttpRoute other) {
        return one.match().isEmpty() || other.match().isEmpty()
                ? 0
                : ORDER.compare(one.match().getFirst(), other.match().getFirst());
    }

    private static int rank(Optional<StringMatch> uri) {
        return uri.map(u ->
                        switch (u) {
                            case StringMatch.Exact _ -> 3;
                            case StringMatch.Prefix _ -> 2;
                            case StringMatch.Regex _ -> 1;
                            case StringMatch.Present _ -> 0;
                        })
                .orElse(0);
    }

    private static int length(Optional<StringMatch> uri) {
        return uri.map(u ->
                        switch (u) {
                            case StringMatch.Exact(String path) -> path.length();
                            case StringMatch.Prefix(String prefix) -> prefix.length();
                            case StringMatch.Regex(String regex) -> regex.length();
                            case StringMatch.Present _ -> 0;
                        })
                .orElse(0);
    }
}
