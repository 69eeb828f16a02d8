package io.meltemi.proxy.config.match;

import com.github.xds.core.v3.CidrRange;
import com.github.xds.core.v3.TypedExtensionConfig;
import com.github.xds.type.matcher.v3.IPMatcher;
import com.github.xds.type.matcher.v3.Matcher;
import com.github.xds.type.matcher.v3.Matcher.MatcherList.Predicate;
import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.check.Constraints;
import io.meltemi.proxy.decide.match.MatchTree;
import io.meltemi.xds.message.Anys;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Compiles Envoy's unified matcher: lists and trees over inputs. Confined to one compilation.
///
/// @param <F> what is known when the tree is asked
/// @param <R> what it leads to
public final class MatchTreeCompiler<F, R> {
    /// What inputs and actions mean to whoever asks the tree; each refuses at its place what it
    /// does not know, and gives null then.
    public interface Meaning<F, R> {
        MatchTree.@Nullable Input<F> text(TypedExtensionConfig input, ConfigPlace at);

        MatchTree.@Nullable AddressInput<F> address(TypedExtensionConfig input, ConfigPlace at);

        @Nullable R action(Any action, ConfigPlace at);

        /// Whoever looks at no address needs none: [#address] has refused it then.
        default MatchTree.@Nullable AddressRange range(CidrRange proto, ConfigPlace at) {
            return null;
        }
    }

    private final Meaning<F, R> meaning;
    private final MatchTree<F, R> nowhere = new MatchTree.Nowhere<>();
    private final MatchTree.Condition<F> never = new MatchTree.Any<>(List.of());

    public MatchTreeCompiler(Meaning<F, R> meaning) {
        this.meaning = meaning;
    }

    /// What is wrong is refused below `at`; what comes back then is not to be used.
    public MatchTree<F, R> compile(Matcher matcher, ConfigPlace at) {
        MatchTree<F, R> otherwise =
                matcher.hasOnNoMatch()
                        ? branch(matcher.getOnNoMatch(), at.field("on_no_match"))
                        : nowhere;
        return switch (matcher.getMatcherTypeCase()) {
            case MATCHER_LIST ->
                    list(matcher.getMatcherList(), otherwise, at.field("matcher_list"));
            case MATCHER_TREE ->
                    tree(matcher.getMatcherTree(), otherwise, at.field("matcher_tree"));
            case MATCHERTYPE_NOT_SET -> otherwise;
        };
    }

    private MatchTree<F, R> list(
            Matcher.MatcherList list, MatchTree<F, R> otherwise, ConfigPlace at) {
        if (list.getMatchersCount() == 0) {
            at.field("matchers").refuse("must have at least one matcher");
        }
        List<MatchTree.Line<F, R>> lines = new ArrayList<>();
        for (int i = 0; i < list.getMatchersCount(); i++) {
            Matcher.MatcherList.FieldMatcher line = list.getMatchers(i);
            ConfigPlace place = at.element("matchers", i);
            lines.add(
                    new MatchTree.Line<>(
                            condition(line.getPredicate(), place.field("predicate")),
                            branch(line.getOnMatch(), place.field("on_match"))));
        }
        return new MatchTree.Lines<>(lines, otherwise);
    }

    private MatchTree.Condition<F> condition(Predicate predicate, ConfigPlace at) {
        return switch (predicate.getMatchTypeCase()) {
            case SINGLE_PREDICATE ->
                    single(predicate.getSinglePredicate(), at.field("single_predicate"));
            case OR_MATCHER ->
                    new MatchTree.Any<>(
                            conditions(predicate.getOrMatcher(), at.field("or_matcher")));
            case AND_MATCHER ->
                    new MatchTree.All<>(
                            conditions(predicate.getAndMatcher(), at.field("and_matcher")));
            case NOT_MATCHER ->
                    new MatchTree.Not<>(
                            condition(predicate.getNotMatcher(), at.field("not_matcher")));
            case MATCHTYPE_NOT_SET -> {
                at.refuse("must have single_predicate, or_matcher, and_matcher or not_matcher");
                yield never;
            }
        };
    }

    private List<MatchTree.Condition<F>> conditions(Predicate.PredicateList list, ConfigPlace at) {
        if (list.getPredicateCount() < 2) {
            at.field("predicate").refuse("must have at least two predicates");
        }
        List<MatchTree.Condition<F>> conditions = new ArrayList<>();
        for (int i = 0; i < list.getPredicateCount(); i++) {
            conditions.add(condition(list.getPredicate(i), at.element("predicate", i)));
        }
        return conditions;
    }

    private MatchTree.Condition<F> single(Predicate.SinglePredicate single, ConfigPlace at) {
        MatchTree.Input<F> input = meaning.text(single.getInput(), at.field("input"));
        if (single.hasCustomMatch()) {
            at.field("custom_match").refuse("is not supported");
            return never;
        }
        if (!single.hasValueMatch()) {
            at.refuse("must have value_match");
            return never;
        }
        var match = XdsStringMatchCompiler.compile(single.getValueMatch(), at.field("value_match"));
        return input == null ? never : new MatchTree.Text<>(input, match);
    }

    private MatchTree<F, R> tree(
            Matcher.MatcherTree tree, MatchTree<F, R> otherwise, ConfigPlace at) {
        if (tree.hasCustomMatch()) {
            return custom(tree, otherwise, at);
        }
        MatchTree.Input<F> input = meaning.text(tree.getInput(), at.field("input"));
        Map<String, MatchTree<F, R>> branches =
                switch (tree.getTreeTypeCase()) {
                    case EXACT_MATCH_MAP ->
                            branches(tree.getExactMatchMap(), at.field("exact_match_map"));
                    case PREFIX_MATCH_MAP ->
                            branches(tree.getPrefixMatchMap(), at.field("prefix_match_map"));
                    case CUSTOM_MATCH, TREETYPE_NOT_SET -> {
                        at.refuse("must have exact_match_map or prefix_match_map");
                        yield Map.of();
                    }
                };
        if (input == null) {
            return nowhere;
        }
        return tree.hasPrefixMatchMap()
                ? new MatchTree.Prefixes<>(input, longestFirst(branches), otherwise)
                : new MatchTree.Exact<>(input, branches, otherwise);
    }

    private Map<String, MatchTree<F, R>> branches(
            Matcher.MatcherTree.MatchMap map, ConfigPlace at) {
        if (map.getMapCount() == 0) {
            at.field("map").refuse("must have at least one entry");
        }
        Map<String, MatchTree<F, R>> branches = new HashMap<>();
        map.getMapMap()
                .forEach((text, then) -> branches.put(text, branch(then, at.entry("map", text))));
        return branches;
    }

    private List<MatchTree.Prefix<F, R>> longestFirst(Map<String, MatchTree<F, R>> branches) {
        return branches.entrySet().stream()
                .map(each -> new MatchTree.Prefix<>(each.getKey(), each.getValue()))
                .sorted(
                        Comparator.comparingInt(
                                        (MatchTree.Prefix<F, R> each) -> each.text().length())
                                .reversed())
                .toList();
    }

    private MatchTree<F, R> custom(
            Matcher.MatcherTree tree, MatchTree<F, R> otherwise, ConfigPlace at) {
        Any config = tree.getCustomMatch().getTypedConfig();
        ConfigPlace place = at.field("custom_match").field("typed_config");
        if (!Anys.is(config, IPMatcher.class)) {
            place.refuse("'" + config.getTypeUrl() + "' is no IPMatcher, which alone is supported");
            return nowhere;
        }
        MatchTree.AddressInput<F> input = meaning.address(tree.getInput(), at.field("input"));
        try {
            IPMatcher matcher = Anys.unpack(config, IPMatcher.class);
            Constraints.check(matcher, place);
            List<MatchTree.Range<F, R>> found = ranges(matcher, place);
            return input == null ? nowhere : new MatchTree.Ranges<>(input, found, otherwise);
        } catch (InvalidProtocolBufferException e) {
            place.refuse("cannot be read: " + e.getMessage());
            return nowhere;
        }
    }

    /// Envoy: the longest prefix first, then the order in which they are written.
    private List<MatchTree.Range<F, R>> ranges(IPMatcher matcher, ConfigPlace at) {
        record Sized<F, R>(int bits, MatchTree.Range<F, R> range) {}
        List<Sized<F, R>> all = new ArrayList<>();
        for (int i = 0; i < matcher.getRangeMatchersCount(); i++) {
            IPMatcher.IPRangeMatcher each = matcher.getRangeMatchers(i);
            ConfigPlace place = at.element("range_matchers", i);
            MatchTree<F, R> then = branch(each.getOnMatch(), place.field("on_match"));
            for (int k = 0; k < each.getRangesCount(); k++) {
                CidrRange proto = each.getRanges(k);
                MatchTree.AddressRange range = meaning.range(proto, place.element("ranges", k));
                if (range != null) {
                    all.add(
                            new Sized<>(
                                    proto.getPrefixLen().getValue(),
                                    new MatchTree.Range<>(range, each.getExclusive(), then)));
                }
            }
        }
        return all.stream()
                .sorted(Comparator.comparingInt((Sized<F, R> each) -> each.bits()).reversed())
                .map(Sized::range)
                .toList();
    }

    private MatchTree<F, R> branch(Matcher.OnMatch then, ConfigPlace at) {
        return switch (then.getOnMatchCase()) {
            case MATCHER -> compile(then.getMatcher(), at.field("matcher"));
            case ACTION -> {
                R result =
                        meaning.action(
                                then.getAction().getTypedConfig(),
                                at.field("action").field("typed_config"));
                yield result == null ? nowhere : new MatchTree.End<>(result);
            }
            case ONMATCH_NOT_SET -> {
                at.refuse("must have matcher or action");
                yield nowhere;
            }
        };
    }
}
