package io.meltemi.proxy.config.match;

import com.github.xds.type.matcher.v3.StringMatcher;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatcher;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.decide.match.StringMatch;

/// Compiles `xds.type.matcher.v3.StringMatcher`, the twin of Envoy's own: only their packages
/// differ. Immutable: pure functions.
final class XdsStringMatchCompiler {
    private XdsStringMatchCompiler() {}

    static StringMatch compile(StringMatcher matcher, ConfigPlace at) {
        var same =
                io.envoyproxy.envoy.type.matcher.v3.StringMatcher.newBuilder()
                        .setIgnoreCase(matcher.getIgnoreCase());
        switch (matcher.getMatchPatternCase()) {
            case EXACT -> same.setExact(matcher.getExact());
            case PREFIX -> same.setPrefix(matcher.getPrefix());
            case SUFFIX -> same.setSuffix(matcher.getSuffix());
            case CONTAINS -> same.setContains(matcher.getContains());
            case SAFE_REGEX ->
                    same.setSafeRegex(
                            RegexMatcher.newBuilder().setRegex(matcher.getSafeRegex().getRegex()));
            case CUSTOM -> at.field("custom").refuse("is not supported");
            case MATCHPATTERN_NOT_SET -> {
                // Refused by the compiler of what is the same.
            }
        }
        return StringMatchCompiler.compile(same.build(), at);
    }
}
