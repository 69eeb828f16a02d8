package io.meltemi.pilot.translate.route;

import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatcher;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import io.meltemi.model.config.StringMatch;
import io.meltemi.model.config.VirtualService.HttpMatchRequest;
import io.meltemi.pilot.translate.Protos;
import java.util.TreeMap;

/// Conditions of a virtual service as Envoy's. Thread-safe: pure.
final class RouteMatches {
    private RouteMatches() {}

    static RouteMatch everything() {
        return RouteMatch.newBuilder().setPrefix("/").setCaseSensitive(Protos.TRUE).build();
    }

    /// Istio: only the path is looked at, and only these two spellings are known.
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
        return anyPath && match.headers().isEmpty() && match.method().isEmpty();
    }

    static RouteMatch translate(HttpMatchRequest match) {
        RouteMatch.Builder out = RouteMatch.newBuilder().setCaseSensitive(Protos.TRUE);
        path(out, match.uri().orElseGet(() -> new StringMatch.Prefix("/")));
        new TreeMap<>(match.headers()).forEach((name, m) -> out.addHeaders(header(name, m)));
        match.method().ifPresent(method -> out.addHeaders(header(":method", method)));
        return out.build();
    }

    private static void path(RouteMatch.Builder out, StringMatch uri) {
        switch (uri) {
            case StringMatch.Exact(String path) -> out.setPath(path);
            case StringMatch.Prefix(String prefix) -> out.setPrefix(prefix);
            case StringMatch.Regex(String regex) ->
                    out.setSafeRegex(RegexMatcher.newBuilder().setRegex(regex));
            case StringMatch.Present _ -> out.setPrefix("/");
        }
    }

    /// Istio: the regular expression `*`, which is none, means that the header is there.
    private static HeaderMatcher header(String name, StringMatch match) {
        HeaderMatcher.Builder out = HeaderMatcher.newBuilder().setName(name);
        switch (match) {
            case StringMatch.Exact(String value) ->
                    out.setStringMatch(StringMatcher.newBuilder().setExact(value));
            case StringMatch.Prefix(String prefix) ->
                    out.setStringMatch(StringMatcher.newBuilder().setPrefix(prefix));
            case StringMatch.Regex(String regex) -> {
                if (regex.equals("*")) {
                    out.setPresentMatch(true);
                } else {
                    out.setStringMatch(
                            StringMatcher.newBuilder()
                                    .setSafeRegex(RegexMatcher.newBuilder().setRegex(regex)));
                }
            }
            case StringMatch.Present _ -> out.setPresentMatch(true);
        }
        return out.build();
    }
}
