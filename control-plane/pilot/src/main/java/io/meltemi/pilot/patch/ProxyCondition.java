package io.meltemi.pilot.patch;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.meltemi.model.config.EnvoyFilter.ProxyMatch;
import io.meltemi.pilot.scope.ProxyNode;
import java.util.Map;
import java.util.Optional;

/// Which proxies a patch is for, by what they say of themselves. Immutable.
///
/// @param version found in `ISTIO_VERSION`; absent: nothing is
record ProxyCondition(Optional<Pattern> version, Map<String, String> metadata) {
    private static final int LONGEST = 1024;

    static ProxyCondition of(ProxyMatch match) {
        return new ProxyCondition(version(match.version()), match.metadata());
    }

    private static Optional<Pattern> version(String expression) {
        if (expression.length() > LONGEST) {
            return Optional.empty();
        }
        try {
            return Optional.of(Pattern.compile(expression));
        } catch (PatternSyntaxException _) {
            // Refused before it comes here.
            return Optional.empty();
        }
    }

    /// Istio: a proxy that does not tell its version has none that is asked for.
    boolean matches(ProxyNode node) {
        boolean isVersion =
                version.isPresent()
                        && (version.get().pattern().isEmpty()
                                || Optional.ofNullable(node.metadata().get("ISTIO_VERSION"))
                                        .filter(v -> version.get().matcher(v).find())
                                        .isPresent());
        return isVersion && node.metadata().entrySet().containsAll(metadata.entrySet());
    }
}
