package io.meltemi.proxy.observe.accesslog;

import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.observe.ExchangeRecord;
import io.meltemi.proxy.observe.SafeRegex;
import java.util.Locale;
import java.util.function.Predicate;

/// Admits exchanges by one request header. Immutable.
///
/// @param admitsAbsent the verdict without the header
record HeaderFilter(
        String name,
        Predicate<String> holds,
        boolean admitsAbsent,
        boolean invert,
        boolean missingAsEmpty)
        implements RecordFilter {

    /// @throws IllegalArgumentException naming a matcher that is not supported
    static RecordFilter compile(HeaderMatcher matcher) {
        String name = matcher.getName().toLowerCase(Locale.ROOT);
        return switch (matcher.getHeaderMatchSpecifierCase()) {
            case HEADERMATCHSPECIFIER_NOT_SET ->
                    of(name, _ -> true, matcher.getInvertMatch(), matcher);
            case PRESENT_MATCH ->
                    matcher.getPresentMatch()
                            ? of(name, _ -> true, matcher.getInvertMatch(), matcher)
                            : of(name, _ -> false, !matcher.getInvertMatch(), matcher);
            case STRING_MATCH -> of(name, text(matcher.getStringMatch()), false, matcher);
            default ->
                    throw new IllegalArgumentException(
                            "access_log.filter.header_filter: "
                                    + matcher.getHeaderMatchSpecifierCase()
                                    + " is not supported; use string_match or present_match");
        };
    }

    private static HeaderFilter of(
            String name, Predicate<String> holds, boolean admitsAbsent, HeaderMatcher matcher) {
        return new HeaderFilter(
                name,
                holds,
                admitsAbsent,
                matcher.getInvertMatch(),
                matcher.getTreatMissingHeaderAsEmpty());
    }

    private static Predicate<String> text(StringMatcher matcher) {
        boolean fold = matcher.getIgnoreCase();
        return switch (matcher.getMatchPatternCase()) {
            case EXACT -> {
                String wanted = matcher.getExact();
                yield fold ? wanted::equalsIgnoreCase : wanted::equals;
            }
            case PREFIX -> {
                String wanted = matcher.getPrefix();
                yield value -> value.regionMatches(fold, 0, wanted, 0, wanted.length());
            }
            case SUFFIX -> {
                String wanted = matcher.getSuffix();
                yield value ->
                        value.regionMatches(
                                fold, value.length() - wanted.length(), wanted, 0, wanted.length());
            }
            case CONTAINS -> {
                String wanted = matcher.getContains();
                String lower = wanted.toLowerCase(Locale.ROOT);
                yield value ->
                        fold
                                ? value.toLowerCase(Locale.ROOT).contains(lower)
                                : value.contains(wanted);
            }
            case SAFE_REGEX ->
                    SafeRegex.compile(
                                    matcher.getSafeRegex().getRegex(),
                                    "access_log.filter.header_filter.string_match.safe_regex")
                            ::matches;
            case CUSTOM, MATCHPATTERN_NOT_SET ->
                    throw new IllegalArgumentException(
                            "access_log.filter.header_filter: string_match "
                                    + matcher.getMatchPatternCase()
                                    + " is not supported");
        };
    }

    /// Envoy: without the header a value does not match, inverted or not.
    @Override
    public boolean admits(ExchangeRecord record) {
        HeaderMap headers = record.requestHeaders;
        String value = headers == null ? null : headers.get(name);
        if (value == null) {
            return missingAsEmpty ? holds.test("") != invert : admitsAbsent;
        }
        return holds.test(value) != invert;
    }
}
