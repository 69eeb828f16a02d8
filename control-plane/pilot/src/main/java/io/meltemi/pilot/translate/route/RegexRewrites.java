package io.meltemi.pilot.translate.route;

import io.envoyproxy.envoy.type.matcher.v3.RegexMatchAndSubstitute;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatcher;
import io.meltemi.model.config.HttpRoute.RegexRewrite;

/// Changes of paths by regular expressions as Envoy's. Thread-safe: pure.
final class RegexRewrites {
    private RegexRewrites() {}

    static RegexMatchAndSubstitute translate(RegexRewrite rewrite) {
        return RegexMatchAndSubstitute.newBuilder()
                .setPattern(RegexMatcher.newBuilder().setRegex(rewrite.match()))
                .setSubstitution(rewrite.rewrite())
                .build();
    }
}
