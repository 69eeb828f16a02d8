package io.meltemi.proxy.config.match;

import io.envoyproxy.envoy.type.matcher.v3.MetadataMatcher;
import io.envoyproxy.envoy.type.matcher.v3.ValueMatcher;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.decide.match.MetadataMatch;
import io.meltemi.proxy.decide.match.ValueMatch;
import java.util.ArrayList;
import java.util.List;

/// Compiles `MetadataMatcher` and `ValueMatcher`. Immutable: pure functions.
public final class MetadataMatchCompiler {
    private MetadataMatchCompiler() {}

    public static MetadataMatch compile(MetadataMatcher matcher, ConfigPlace at) {
        if (matcher.getFilter().isEmpty()) {
            at.field("filter").refuse("must not be empty");
        }
        List<String> path = new ArrayList<>();
        for (MetadataMatcher.PathSegment segment : matcher.getPathList()) {
            path.add(segment.getKey());
        }
        if (path.isEmpty()) {
            at.field("path").refuse("must have at least one key");
        }
        return new MetadataMatch(
                matcher.getFilter(),
                path,
                value(matcher.getValue(), at.field("value")),
                matcher.getInvert());
    }

    static ValueMatch value(ValueMatcher matcher, ConfigPlace at) {
        return switch (matcher.getMatchPatternCase()) {
            case NULL_MATCH -> new ValueMatch.IsNull();
            case DOUBLE_MATCH ->
                    matcher.getDoubleMatch().hasExact()
                            ? new ValueMatch.InRange(
                                    matcher.getDoubleMatch().getExact(),
                                    matcher.getDoubleMatch().getExact())
                            : new ValueMatch.InRange(
                                    matcher.getDoubleMatch().getRange().getStart(),
                                    matcher.getDoubleMatch().getRange().getEnd());
            case STRING_MATCH ->
                    new ValueMatch.Text(
                            StringMatchCompiler.compile(
                                    matcher.getStringMatch(), at.field("string_match")));
            case BOOL_MATCH -> new ValueMatch.Bool(matcher.getBoolMatch());
            case PRESENT_MATCH -> new ValueMatch.Presence(matcher.getPresentMatch());
            case LIST_MATCH ->
                    new ValueMatch.OneOf(
                            value(
                                    matcher.getListMatch().getOneOf(),
                                    at.field("list_match").field("one_of")));
            case OR_MATCH -> or(matcher, at.field("or_match"));
            case MATCHPATTERN_NOT_SET -> {
                at.refuse("says nothing to compare with");
                yield new ValueMatch.Presence(false);
            }
        };
    }

    private static ValueMatch or(ValueMatcher matcher, ConfigPlace at) {
        List<ValueMatch> matches = new ArrayList<>();
        for (int i = 0; i < matcher.getOrMatch().getValueMatchersCount(); i++) {
            matches.add(
                    value(
                            matcher.getOrMatch().getValueMatchers(i),
                            at.element("value_matchers", i)));
        }
        return new ValueMatch.Or(matches);
    }
}
