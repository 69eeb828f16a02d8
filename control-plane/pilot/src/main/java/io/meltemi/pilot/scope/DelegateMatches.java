package io.meltemi.pilot.scope;

import io.meltemi.model.config.HttpRoute.HttpMatchRequest;
import io.meltemi.model.config.StringMatch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The conditions of a route that delegates, together with those of a route it delegates to.
/// Immutable.
final class DelegateMatches {
    private DelegateMatches() {}

    /// Each condition of the part joined with each of the root that leaves room for it.
    ///
    /// @return empty where a condition of the part lies outside of the root's
    static Optional<List<HttpMatchRequest>> join(
            List<HttpMatchRequest> root, List<HttpMatchRequest> part) {
        if (root.isEmpty() || part.isEmpty()) {
            return Optional.of(root.isEmpty() ? part : root);
        }
        List<HttpMatchRequest> joined = new ArrayList<>();
        for (HttpMatchRequest narrow : part) {
            List<HttpMatchRequest> within =
                    root.stream()
                            .filter(wide -> leavesRoom(wide, narrow))
                            .map(wide -> join(wide, narrow))
                            .toList();
            if (within.isEmpty()) {
                return Optional.empty();
            }
            joined.addAll(within);
        }
        return Optional.of(joined);
    }

    private static boolean leavesRoom(HttpMatchRequest root, HttpMatchRequest part) {
        return isWithin(root.uri(), part.uri())
                && isWithin(root.scheme(), part.scheme())
                && isWithin(root.method(), part.method())
                && isWithin(root.authority(), part.authority())
                && areWithin(root.headers(), part.headers())
                && areWithin(root.withoutHeaders(), part.withoutHeaders())
                && areWithin(root.queryParams(), part.queryParams())
                && root.ignoreUriCase() == part.ignoreUriCase()
                && (root.port().isEmpty()
                        || part.port().isEmpty()
                        || root.port().equals(part.port()))
                && (root.sourceNamespace().isEmpty()
                        || root.sourceNamespace().equals(part.sourceNamespace()))
                && part.sourceLabels().entrySet().stream()
                        .allMatch(label ->
                                root.sourceLabels()
                                        .getOrDefault(label.getKey(), label.getValue())
                                        .equals(label.getValue()))
                && (root.gateways().isEmpty() || root.gateways().containsAll(part.gateways()));
    }

    private static boolean areWithin(Map<String, StringMatch> root, Map<String, StringMatch> part) {
        return part.entrySet().stream()
                .allMatch(entry ->
                        isWithin(
                                Optional.ofNullable(root.get(entry.getKey())),
                                Optional.of(entry.getValue())));
    }

    /// Istio: two regular expressions, or one beside anything else, are never known to agree.
    private static boolean isWithin(Optional<StringMatch> root, Optional<StringMatch> part) {
        if (root.isEmpty() || part.isEmpty()) {
            return true;
        }
        StringMatch narrow = part.get();
        return switch (root.get()) {
            case StringMatch.Present _ -> true;
            case StringMatch.Regex _ -> narrow instanceof StringMatch.Present;
            case StringMatch.Exact exact ->
                    narrow.equals(exact) || narrow instanceof StringMatch.Present;
            case StringMatch.Prefix(String wide) ->
                    switch (narrow) {
                        case StringMatch.Prefix(String prefix) -> prefix.startsWith(wide);
                        case StringMatch.Exact(String exact) -> exact.startsWith(wide);
                        case StringMatch.Regex _ -> false;
                        case StringMatch.Present _ -> true;
                    };
        };
    }

    private static HttpMatchRequest join(HttpMatchRequest root, HttpMatchRequest part) {
        return new HttpMatchRequest(
                Delegates.name(root.name(), part.name()),
                part.uri().or(root::uri),
                part.ignoreUriCase(),
                part.scheme().or(root::scheme),
                part.method().or(root::method),
                part.authority().or(root::authority),
                join(root.headers(), part.headers()),
                join(root.withoutHeaders(), part.withoutHeaders()),
                join(root.queryParams(), part.queryParams()),
                part.port().isPresent() ? part.port() : root.port(),
                join(root.sourceLabels(), part.sourceLabels()),
                part.sourceNamespace().or(root::sourceNamespace),
                part.gateways().isEmpty() ? root.gateways() : part.gateways(),
                part.statPrefix().or(root::statPrefix));
    }

    private static <T> Map<String, T> join(Map<String, T> root, Map<String, T> part) {
        Map<String, T> both = new HashMap<>(root);
        both.putAll(part);
        return both;
    }
}
