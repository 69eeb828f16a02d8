package io.meltemi.proxy.observe.stats;

import io.envoyproxy.envoy.config.metrics.v3.StatsMatcher;
import io.envoyproxy.envoy.type.matcher.v3.ListStringMatcher;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import io.meltemi.proxy.observe.SafeRegex;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/// Which statistics are kept at all (`stats_config.stats_matcher`). Immutable.
final class StatsSelection {
    private final Predicate<String> admitted;

    private StatsSelection(Predicate<String> admitted) {
        this.admitted = admitted;
    }

    static StatsSelection compile(StatsMatcher matcher) {
        return new StatsSelection(
                switch (matcher.getStatsMatcherCase()) {
                    case REJECT_ALL -> _ -> !matcher.getRejectAll();
                    case EXCLUSION_LIST -> anyOf(matcher.getExclusionList()).negate();
                    case INCLUSION_LIST -> anyOf(matcher.getInclusionList());
                    case STATSMATCHER_NOT_SET -> _ -> true;
                });
    }

    boolean admits(String name) {
        return admitted.test(name);
    }

    private static Predicate<String> anyOf(ListStringMatcher list) {
        List<Predicate<String>> patterns =
                list.getPatternsList().stream().map(StatsSelection::one).toList();
        return name -> patterns.stream().anyMatch(p -> p.test(name));
    }

    private static Predicate<String> one(StringMatcher matcher) {
        boolean fold = matcher.getIgnoreCase();
        return switch (matcher.getMatchPatternCase()) {
            case EXACT -> text(fold, matcher.getExact(), String::equals);
            case PREFIX -> text(fold, matcher.getPrefix(), String::startsWith);
            case SUFFIX -> text(fold, matcher.getSuffix(), String::endsWith);
            case CONTAINS -> text(fold, matcher.getContains(), String::contains);
            case SAFE_REGEX ->
                    SafeRegex.compile(matcher.getSafeRegex().getRegex(), "stats_matcher.safe_regex")
                            ::matches;
            case CUSTOM, MATCHPATTERN_NOT_SET ->
                    throw new IllegalArgumentException(
                            "stats_matcher: pattern "
                                    + matcher.getMatchPatternCase()
                                    + " is not supported; use exact, prefix, suffix, contains or"
                                    + " safe_regex");
        };
    }

    private static Predicate<String> text(
            boolean fold, String wanted, java.util.function.BiPredicate<String, String> how) {
        if (!fold) {
            return name -> how.test(name, wanted);
        }
        String lower = wanted.toLowerCase(Locale.ROOT);
        return name -> how.test(name.toLowerCase(Locale.ROOT), lower);
    }
}
