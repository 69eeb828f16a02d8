package io.meltemi.proxy.config.route;

import com.github.xds.core.v3.TypedExtensionConfig;
import com.github.xds.type.matcher.v3.Matcher;
import com.github.xds.type.matcher.v3.Matcher.MatcherList.Predicate;
import com.github.xds.type.matcher.v3.StringMatcher;
import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteList;
import io.envoyproxy.envoy.type.matcher.v3.HttpRequestHeaderMatchInput;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatcher;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.match.HeaderMatchCompiler;
import io.meltemi.proxy.config.match.StringMatchCompiler;
import io.meltemi.proxy.decide.match.StringMatch;
import io.meltemi.proxy.decide.route.RouteEntry;
import io.meltemi.proxy.decide.route.RouteTree;
import io.meltemi.xds.message.Anys;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/// Compiles a virtual host's `matcher`: lists and trees over request headers (`:path` and
/// `:authority` among them), which are what Envoy lets a route table look at, filter state apart.
/// Confined to one compilation.
final class RouteTreeCompiler {
    private static final RouteTree NOWHERE = new RouteTree.Nowhere();
    private static final RouteTree.Condition NEVER = new RouteTree.Any(List.of());

    private final BiFunction<Route, ConfigPlace, RouteEntry> routes;

    /// @param routes compiles one route at its place
    RouteTreeCompiler(BiFunction<Route, ConfigPlace, RouteEntry> routes) {
        this.routes = routes;
    }

    RouteTree compile(Matcher matcher, ConfigPlace at) {
        RouteTree otherwise =
                matcher.hasOnNoMatch()
                        ? branch(matcher.getOnNoMatch(), at.field("on_no_match"))
                        : NOWHERE;
        return switch (matcher.getMatcherTypeCase()) {
            case MATCHER_LIST ->
                    list(matcher.getMatcherList(), otherwise, at.field("matcher_list"));
            case MATCHER_TREE ->
                    tree(matcher.getMatcherTree(), otherwise, at.field("matcher_tree"));
            case MATCHERTYPE_NOT_SET -> otherwise;
        };
    }

    private RouteTree list(Matcher.MatcherList list, RouteTree otherwise, ConfigPlace at) {
        if (list.getMatchersCount() == 0) {
            at.field("matchers").refuse("must have at least one matcher");
        }
        List<RouteTree.Line> lines = new ArrayList<>();
        for (int i = 0; i < list.getMatchersCount(); i++) {
            Matcher.MatcherList.FieldMatcher line = list.getMatchers(i);
            ConfigPlace place = at.element("matchers", i);
            lines.add(
                    new RouteTree.Line(
                            condition(line.getPredicate(), place.field("predicate")),
                            branch(line.getOnMatch(), place.field("on_match"))));
        }
        return new RouteTree.Lines(lines, otherwise);
    }

    private RouteTree.Condition condition(Predicate predicate, ConfigPlace at) {
        return switch (predicate.getMatchTypeCase()) {
            case SINGLE_PREDICATE ->
                    single(predicate.getSinglePredicate(), at.field("single_predicate"));
            case OR_MATCHER ->
                    new RouteTree.Any(conditions(predicate.getOrMatcher(), at.field("or_matcher")));
            case AND_MATCHER ->
                    new RouteTree.All(
                            conditions(predicate.getAndMatcher(), at.field("and_matcher")));
            case NOT_MATCHER ->
                    new RouteTree.Not(
                            condition(predicate.getNotMatcher(), at.field("not_matcher")));
            case MATCHTYPE_NOT_SET -> {
                at.refuse("must have single_predicate, or_matcher, and_matcher or not_matcher");
                yield NEVER;
            }
        };
    }

    private List<RouteTree.Condition> conditions(Predicate.PredicateList list, ConfigPlace at) {
        if (list.getPredicateCount() < 2) {
            at.field("predicate").refuse("must have at least two predicates");
        }
        List<RouteTree.Condition> conditions = new ArrayList<>();
        for (int i = 0; i < list.getPredicateCount(); i++) {
            conditions.add(condition(list.getPredicate(i), at.element("predicate", i)));
        }
        return conditions;
    }

    private static RouteTree.Condition single(Predicate.SinglePredicate single, ConfigPlace at) {
        String header = header(single.getInput(), at.field("input"));
        if (single.hasCustomMatch()) {
            at.field("custom_match").refuse("is not supported");
            return NEVER;
        }
        if (!single.hasValueMatch()) {
            at.refuse("must have value_match");
            return NEVER;
        }
        return new RouteTree.Header(header, text(single.getValueMatch(), at.field("value_match")));
    }

    /// The messages are twins: only their packages differ.
    private static StringMatch text(StringMatcher matcher, ConfigPlace at) {
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

    private RouteTree tree(Matcher.MatcherTree tree, RouteTree otherwise, ConfigPlace at) {
        String header = header(tree.getInput(), at.field("input"));
        return switch (tree.getTreeTypeCase()) {
            case EXACT_MATCH_MAP ->
                    new RouteTree.Exact(
                            header,
                            branches(tree.getExactMatchMap(), at.field("exact_match_map")),
                            otherwise);
            case PREFIX_MATCH_MAP ->
                    new RouteTree.Prefixes(
                            header,
                            prefixes(
                                    branches(
                                            tree.getPrefixMatchMap(),
                                            at.field("prefix_match_map"))),
                            otherwise);
            case CUSTOM_MATCH -> {
                at.field("custom_match").refuse("is not supported");
                yield NOWHERE;
            }
            case TREETYPE_NOT_SET -> {
                at.refuse("must have exact_match_map or prefix_match_map");
                yield NOWHERE;
            }
        };
    }

    private Map<String, RouteTree> branches(Matcher.MatcherTree.MatchMap map, ConfigPlace at) {
        if (map.getMapCount() == 0) {
            at.field("map").refuse("must have at least one entry");
        }
        Map<String, RouteTree> branches = new HashMap<>();
        map.getMapMap()
                .forEach((text, then) -> branches.put(text, branch(then, at.entry("map", text))));
        return branches;
    }

    private static List<RouteTree.Prefix> prefixes(Map<String, RouteTree> branches) {
        return branches.entrySet().stream()
                .map(each -> new RouteTree.Prefix(each.getKey(), each.getValue()))
                .sorted(
                        Comparator.comparingInt((RouteTree.Prefix each) -> each.text().length())
                                .reversed())
                .toList();
    }

    private RouteTree branch(Matcher.OnMatch then, ConfigPlace at) {
        return switch (then.getOnMatchCase()) {
            case MATCHER -> compile(then.getMatcher(), at.field("matcher"));
            case ACTION ->
                    action(
                            then.getAction().getTypedConfig(),
                            at.field("action").field("typed_config"));
            case ONMATCH_NOT_SET -> {
                at.refuse("must have matcher or action");
                yield NOWHERE;
            }
        };
    }

    private RouteTree action(Any action, ConfigPlace at) {
        try {
            if (Anys.is(action, Route.class)) {
                return new RouteTree.Routes(List.of(route(Anys.unpack(action, Route.class), at)));
            }
            if (Anys.is(action, RouteList.class)) {
                RouteList list = Anys.unpack(action, RouteList.class);
                List<RouteEntry> entries = new ArrayList<>();
                for (int i = 0; i < list.getRoutesCount(); i++) {
                    entries.add(route(list.getRoutes(i), at.element("routes", i)));
                }
                return new RouteTree.Routes(entries);
            }
            at.refuse("'" + action.getTypeUrl() + "' is no Route or RouteList");
        } catch (InvalidProtocolBufferException e) {
            at.refuse("cannot be read: " + e.getMessage());
        }
        return NOWHERE;
    }

    private RouteEntry route(Route route, ConfigPlace at) {
        RouteFields.fields().check(route, at);
        return routes.apply(route, at);
    }

    /// The name of the header that is looked at.
    private static String header(TypedExtensionConfig input, ConfigPlace at) {
        Any config = input.getTypedConfig();
        ConfigPlace place = at.field("typed_config");
        if (!Anys.is(config, HttpRequestHeaderMatchInput.class)) {
            place.refuse(
                    "'"
                            + config.getTypeUrl()
                            + "' is no HttpRequestHeaderMatchInput, which alone is supported");
            return "";
        }
        try {
            return HeaderMatchCompiler.name(
                    Anys.unpack(config, HttpRequestHeaderMatchInput.class).getHeaderName(),
                    place.field("header_name"));
        } catch (InvalidProtocolBufferException e) {
            place.refuse("cannot be read: " + e.getMessage());
            return "";
        }
    }
}
