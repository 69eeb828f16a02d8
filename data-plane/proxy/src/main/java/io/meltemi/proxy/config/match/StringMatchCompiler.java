package io.meltemi.proxy.config.match;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatcher;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.decide.match.StringMatch;
import java.util.ArrayList;
import java.util.List;

/// Compiles `StringMatcher` and `RegexMatcher`. Immutable: pure functions.
public final class StringMatchCompiler {
    private static final StringMatch NEVER = new StringMatch.Exact("", false);
    private static final Pattern EMPTY = Pattern.compile("");

    private StringMatchCompiler() {}

    public static List<StringMatch> compileAll(
            List<StringMatcher> matchers, ConfigPlace at, String field) {
        List<StringMatch> compiled = new ArrayList<>();
        for (int i = 0; i < matchers.size(); i++) {
            compiled.add(compile(matchers.get(i), at.element(field, i)));
        }
        return compiled;
    }

    public static StringMatch compile(StringMatcher matcher, ConfigPlace at) {
        boolean ignoreCase = matcher.getIgnoreCase();
        return switch (matcher.getMatchPatternCase()) {
            case EXACT -> new StringMatch.Exact(matcher.getExact(), ignoreCase);
            case PREFIX ->
                    new StringMatch.Prefix(
                            notEmpty(matcher.getPrefix(), at.field("prefix")), ignoreCase);
            case SUFFIX ->
                    new StringMatch.Suffix(
                            notEmpty(matcher.getSuffix(), at.field("suffix")), ignoreCase);
            case CONTAINS ->
                    new StringMatch.Contains(
                            notEmpty(matcher.getContains(), at.field("contains")), ignoreCase);
            case SAFE_REGEX -> {
                if (ignoreCase) {
                    at.field("ignore_case")
                            .refuse("has no effect on safe_regex; write (?i) into the expression");
                }
                yield new StringMatch.Regex(regex(matcher.getSafeRegex(), at.field("safe_regex")));
            }
            case CUSTOM -> NEVER; // refused by the list of supported fields
            case MATCHPATTERN_NOT_SET -> {
                at.refuse(
                        "says nothing to compare with; set exact, prefix, suffix, contains or"
                                + " safe_regex");
                yield NEVER;
            }
        };
    }

    /// An RE2 expression; whoever uses it decides between a full match and a search.
    public static Pattern regex(RegexMatcher matcher, ConfigPlace at) {
        try {
            notEmpty(matcher.getRegex(), at.field("regex"));
            return Pattern.compile(matcher.getRegex());
        } catch (PatternSyntaxException e) {
            at.field("regex")
                    .refuse("'" + matcher.getRegex() + "' is no RE2 expression: " + e.getMessage());
            return EMPTY;
        }
    }

    private static String notEmpty(String value, ConfigPlace at) {
        if (value.isEmpty()) {
            at.refuse("must not be empty");
        }
        return value;
    }
}
