package io.meltemi.pilot.translate.route;

import io.envoyproxy.envoy.type.matcher.v3.RegexMatcher;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import io.meltemi.model.config.StringMatch;
import java.util.Optional;

/// Istio's comparisons of texts as Envoy's. Thread-safe: pure.
final class StringMatches {
    private StringMatches() {}

    /// Istio: the regular expression `*`, which is none, means that something is there.
    ///
    /// @return empty for any value
    static Optional<StringMatcher> translate(StringMatch match) {
        StringMatcher.Builder out = StringMatcher.newBuilder();
        switch (match) {
            case StringMatch.Exact(String value) -> out.setExact(value);
            case StringMatch.Prefix(String prefix) -> out.setPrefix(prefix);
            case StringMatch.Regex(String regex) -> {
                if (regex.equals("*")) {
                    return Optional.empty();
                }
                out.setSafeRegex(RegexMatcher.newBuilder().setRegex(regex));
            }
            case StringMatch.Present _ -> {
                return Optional.empty();
            }
        }
        return Optional.of(out.build());
    }
}
