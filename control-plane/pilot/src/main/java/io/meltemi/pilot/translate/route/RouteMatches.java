package io.meltemi.pilot.translate.route;

import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.envoyproxy.envoy.config.route.v3.QueryParameterMatcher;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatcher;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import io.meltemi.model.config.HttpRoute.HttpMatchRequest;
import io.meltemi.model.config.StringMatch;
import io.meltemi.model.config.VirtualService.Semantics;
import io.meltemi.pilot.translate.Protos;
import java.util.Optional;
import java.util.TreeMap;

/// Conditions of a virtual service as Envoy's. Thread-safe: pure.
final class RouteMatches {
    private RouteMatches() {}

    static RouteMatch everything() {
        return RouteMatch.newBuilder().setPrefix("/").setCaseSensitive(Protos.TRUE).build();
    }

    /// Istio: of paths only these spellings are known. Conditions on the caller were decided
    /// before.
    static boolean isEverything(HttpMatchRequest match) {
        boolean anyPath =
                match.uri()
                        .map(uri ->
                                switch (uri) {
                                    case StringMatch.Exact _ -> false;
                                    case StringMatch.Prefix(String prefix) -> prefix.equals("/");
                                    case StringMatch.Regex(String regex) -> regex.equals(".*");
                                    case StringMatch.Present _ -> true;
                                })
                        .orElse(true);
        return anyPath
                && match.headers().isEmpty()
                && match.withoutHeaders().isEmpty()
                && match.queryParams().isEmpty()
                && match.scheme().isEmpty()
                && match.method().isEmpty()
                && match.authority().isEmpty();
    }

    /// @param semantics of prefixes
    static RouteMatch translate(HttpMatchRequest match, Semantics semantics) {
        RouteMatch.Builder out =
                RouteMatch.newBuilder()
                        .setCaseSensitive(match.ignoreUriCase() ? Protos.FALSE : Protos.TRUE);
        path(out, match.uri().orElseGet(() -> new StringMatch.Prefix("/")), semantics);
        new TreeMap<>(match.headers())
                .forEach((name, m) -> {
                    if (HttpMatchRequest.isClaim(name)) {
                        out.addDynamicMetadata(ClaimMatches.translate(name, m, false));
                    } else {
                        out.addHeaders(header(name, m));
                    }
                });
        new TreeMap<>(match.withoutHeaders())
                .forEach((name, m) -> {
                    if (HttpMatchRequest.isClaim(name)) {
                        out.addDynamicMetadata(ClaimMatches.translate(name, m, true));
                    } else {
                        out.addHeaders(without(name, m));
                    }
                });
        match.method().ifPresent(method -> out.addHeaders(header(":method", method)));
        match.authority().ifPresent(host -> out.addHeaders(header(":authority", host)));
        match.scheme().ifPresent(scheme -> out.addHeaders(header(":scheme", scheme)));
        new TreeMap<>(match.queryParams())
                .forEach((name, m) -> out.addQueryParameters(parameter(name, m)));
        return out.build();
    }

    private static void path(RouteMatch.Builder out, StringMatch uri, Semantics semantics) {
        switch (uri) {
            case StringMatch.Exact(String path) -> out.setPath(path);
            case StringMatch.Prefix(String prefix) -> {
                // Envoy: all paths begin with `/`, and a prefix of segments does not end with one.
                if (semantics == Semantics.GATEWAY_API && !prefix.equals("/")) {
                    out.setPathSeparatedPrefix(
                            prefix.endsWith("/")
                                    ? prefix.substring(0, prefix.length() - 1)
                                    : prefix);
                } else {
                    out.setPrefix(prefix);
                }
            }
            case StringMatch.Regex(String regex) ->
                    out.setSafeRegex(RegexMatcher.newBuilder().setRegex(regex));
            case StringMatch.Present _ -> out.setPrefix("/");
        }
    }

    private static HeaderMatcher header(String name, StringMatch match) {
        HeaderMatcher.Builder out = HeaderMatcher.newBuilder().setName(name);
        StringMatches.translate(match)
                .ifPresentOrElse(out::setStringMatch, () -> out.setPresentMatch(true));
        return out.build();
    }

    /// A header that is not there is not so either.
    private static HeaderMatcher without(String name, StringMatch match) {
        HeaderMatcher.Builder out = HeaderMatcher.newBuilder().setName(name).setInvertMatch(true);
        Optional<StringMatcher> value = StringMatches.translate(match);
        if (value.isEmpty()) {
            return out.setPresentMatch(true).build();
        }
        return out.setStringMatch(value.get()).setTreatMissingHeaderAsEmpty(true).build();
    }

    private static QueryParameterMatcher parameter(String name, StringMatch match) {
        QueryParameterMatcher.Builder out = QueryParameterMatcher.newBuilder().setName(name);
        StringMatches.translate(match)
                .ifPresentOrElse(out::setStringMatch, () -> out.setPresentMatch(true));
        return out.build();
    }
}
