package io.meltemi.proxy.config.match;

import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.envoyproxy.envoy.config.route.v3.QueryParameterMatcher;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.decide.match.HeaderMatch;
import io.meltemi.proxy.decide.match.QueryMatch;
import io.meltemi.proxy.decide.match.StringMatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Compiles `HeaderMatcher` and `QueryParameterMatcher`, with the fields Envoy has deprecated.
/// Immutable: pure functions.
public final class HeaderMatchCompiler {
    private HeaderMatchCompiler() {}

    public static List<HeaderMatch> compileAll(
            List<HeaderMatcher> matchers, ConfigPlace at, String field) {
        List<HeaderMatch> compiled = new ArrayList<>();
        for (int i = 0; i < matchers.size(); i++) {
            compiled.add(compile(matchers.get(i), at.element(field, i)));
        }
        return compiled;
    }

    public static HeaderMatch compile(HeaderMatcher matcher, ConfigPlace at) {
        return new HeaderMatch(
                name(matcher.getName(), at.field("name")),
                test(matcher, at),
                matcher.getInvertMatch(),
                matcher.getTreatMissingHeaderAsEmpty());
    }

    /// A header's name as header maps have it: lower case, `host` as `:authority`.
    public static String name(String name, ConfigPlace at) {
        if (name.isEmpty()) {
            at.refuse("must not be empty");
        }
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.equals("host") ? ":authority" : lower.intern();
    }

    @SuppressWarnings("deprecation") // what older control planes send
    private static HeaderMatch.Test test(HeaderMatcher matcher, ConfigPlace at) {
        return switch (matcher.getHeaderMatchSpecifierCase()) {
            // Envoy: an empty text here means any value.
            case EXACT_MATCH ->
                    value(
                            matcher.getExactMatch().isEmpty()
                                    ? new StringMatch.Prefix("", false)
                                    : new StringMatch.Exact(matcher.getExactMatch(), false));
            case PREFIX_MATCH -> value(new StringMatch.Prefix(matcher.getPrefixMatch(), false));
            case SUFFIX_MATCH -> value(new StringMatch.Suffix(matcher.getSuffixMatch(), false));
            case CONTAINS_MATCH ->
                    value(new StringMatch.Contains(matcher.getContainsMatch(), false));
            case SAFE_REGEX_MATCH ->
                    value(
                            new StringMatch.Regex(
                                    StringMatchCompiler.regex(
                                            matcher.getSafeRegexMatch(),
                                            at.field("safe_regex_match"))));
            case STRING_MATCH ->
                    value(
                            StringMatchCompiler.compile(
                                    matcher.getStringMatch(), at.field("string_match")));
            case RANGE_MATCH ->
                    new HeaderMatch.Range(
                            matcher.getRangeMatch().getStart(), matcher.getRangeMatch().getEnd());
            case PRESENT_MATCH -> new HeaderMatch.Presence(matcher.getPresentMatch());
            case HEADERMATCHSPECIFIER_NOT_SET -> new HeaderMatch.Presence(true);
        };
    }

    private static HeaderMatch.Test value(StringMatch match) {
        return new HeaderMatch.Value(match);
    }

    public static List<QueryMatch> queries(
            List<QueryParameterMatcher> matchers, ConfigPlace at, String field) {
        List<QueryMatch> compiled = new ArrayList<>();
        for (int i = 0; i < matchers.size(); i++) {
            QueryParameterMatcher matcher = matchers.get(i);
            ConfigPlace place = at.element(field, i);
            if (matcher.getName().isEmpty()) {
                place.field("name").refuse("must not be empty");
            }
            compiled.add(
                    new QueryMatch(
                            matcher.getName(),
                            matcher.hasStringMatch()
                                    ? StringMatchCompiler.compile(
                                            matcher.getStringMatch(), place.field("string_match"))
                                    : null,
                            !matcher.hasPresentMatch() || matcher.getPresentMatch()));
        }
        return compiled;
    }
}
