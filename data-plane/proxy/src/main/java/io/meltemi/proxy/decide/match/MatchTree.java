package io.meltemi.proxy.decide.match;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Envoy's unified matcher, compiled: what is known of a request or a connection leads to a result.
/// Immutable. `HOT`.
///
/// Envoy: a branch that leads nowhere is left, and what stands behind it is tried.
///
/// @param <F> what is known
/// @param <R> what it leads to
public sealed interface MatchTree<F, R> {
    /// Null when the tree knows nothing for it.
    @Nullable R find(F facts);

    /// A text that is looked at. Immutable.
    @FunctionalInterface
    interface Input<F> {
        /// Null when there is none: it matches nothing then, not even what is empty.
        @Nullable String of(F facts);
    }

    /// An address that is looked at. Immutable.
    @FunctionalInterface
    interface AddressInput<F> {
        /// Null when there is none.
        @Nullable InetAddress of(F facts);
    }

    /// The end of a branch.
    record End<F, R>(R result) implements MatchTree<F, R> {
        @Override
        public R find(F facts) {
            return result;
        }
    }

    /// Nothing.
    record Nowhere<F, R>() implements MatchTree<F, R> {
        @Override
        public @Nullable R find(F facts) {
            return null;
        }
    }

    /// One line of [Lines].
    record Line<F, R>(Condition<F> condition, MatchTree<F, R> then) {}

    /// The first line whose condition holds and that leads somewhere.
    record Lines<F, R>(List<Line<F, R>> lines, MatchTree<F, R> otherwise)
            implements MatchTree<F, R> {
        public Lines {
            lines = List.copyOf(lines);
        }

        @Override
        public @Nullable R find(F facts) {
            for (int i = 0; i < lines.size(); i++) {
                Line<F, R> line = lines.get(i);
                if (line.condition.holds(facts)) {
                    R found = line.then.find(facts);
                    if (found != null) {
                        return found;
                    }
                }
            }
            return otherwise.find(facts);
        }
    }

    /// By a whole text.
    record Exact<F, R>(
            Input<F> input, Map<String, MatchTree<F, R>> branches, MatchTree<F, R> otherwise)
            implements MatchTree<F, R> {
        public Exact {
            branches = Map.copyOf(branches);
        }

        @Override
        public @Nullable R find(F facts) {
            String value = input.of(facts);
            MatchTree<F, R> branch = value == null ? null : branches.get(value);
            R found = branch == null ? null : branch.find(facts);
            return found != null ? found : otherwise.find(facts);
        }
    }

    /// By how a text begins, the longest beginning first.
    record Prefixes<F, R>(
            Input<F> input, List<Prefix<F, R>> longestFirst, MatchTree<F, R> otherwise)
            implements MatchTree<F, R> {
        public Prefixes {
            longestFirst = List.copyOf(longestFirst);
        }

        @Override
        public @Nullable R find(F facts) {
            String value = input.of(facts);
            for (int i = 0; value != null && i < longestFirst.size(); i++) {
                Prefix<F, R> prefix = longestFirst.get(i);
                if (value.startsWith(prefix.text)) {
                    R found = prefix.then.find(facts);
                    if (found != null) {
                        return found;
                    }
                }
            }
            return otherwise.find(facts);
        }
    }

    /// One branch of [Prefixes].
    record Prefix<F, R>(String text, MatchTree<F, R> then) {}

    /// By the range an address is in, the narrowest first.
    record Ranges<F, R>(
            AddressInput<F> input, List<Range<F, R>> narrowestFirst, MatchTree<F, R> otherwise)
            implements MatchTree<F, R> {
        public Ranges {
            narrowestFirst = List.copyOf(narrowestFirst);
        }

        @Override
        public @Nullable R find(F facts) {
            InetAddress address = input.of(facts);
            boolean first = true;
            for (int i = 0; address != null && i < narrowestFirst.size(); i++) {
                Range<F, R> range = narrowestFirst.get(i);
                if (range.addresses.contains(address) && (first || !range.exclusive)) {
                    first = false;
                    R found = range.then.find(facts);
                    if (found != null) {
                        return found;
                    }
                }
            }
            return otherwise.find(facts);
        }
    }

    /// One branch of [Ranges].
    ///
    /// @param exclusive whether it counts only where no narrower one holds the address
    record Range<F, R>(AddressRange addresses, boolean exclusive, MatchTree<F, R> then) {}

    /// Addresses that belong together.
    @FunctionalInterface
    interface AddressRange {
        boolean contains(InetAddress address);
    }

    /// What a line asks.
    sealed interface Condition<F> {
        boolean holds(F facts);
    }

    /// What a text is like.
    record Text<F>(Input<F> input, StringMatch match) implements Condition<F> {
        @Override
        public boolean holds(F facts) {
            String value = input.of(facts);
            return value != null && match.matches(value);
        }
    }

    record All<F>(List<Condition<F>> conditions) implements Condition<F> {
        public All {
            conditions = List.copyOf(conditions);
        }

        @Override
        public boolean holds(F facts) {
            for (int i = 0; i < conditions.size(); i++) {
                if (!conditions.get(i).holds(facts)) {
                    return false;
                }
            }
            return true;
        }
    }

    record Any<F>(List<Condition<F>> conditions) implements Condition<F> {
        public Any {
            conditions = List.copyOf(conditions);
        }

        @Override
        public boolean holds(F facts) {
            for (int i = 0; i < conditions.size(); i++) {
                if (conditions.get(i).holds(facts)) {
                    return true;
                }
            }
            return false;
        }
    }

    record Not<F>(Condition<F> condition) implements Condition<F> {
        @Override
        public boolean holds(F facts) {
            return !condition.holds(facts);
        }
    }

    /// Every result of the tree, for those who ask where it can lead.
    static <F, R> List<R> all(MatchTree<F, R> tree) {
        return switch (tree) {
            case End<F, R>(R result) -> List.of(result);
            case Nowhere<F, R> _ -> List.of();
            case Lines<F, R>(List<Line<F, R>> lines, MatchTree<F, R> otherwise) ->
                    all(lines.stream().map(Line::then).toList(), otherwise);
            case Exact<F, R>(_, Map<String, MatchTree<F, R>> branches, MatchTree<F, R> otherwise) ->
                    all(List.copyOf(branches.values()), otherwise);
            case Prefixes<F, R>(_, List<Prefix<F, R>> prefixes, MatchTree<F, R> otherwise) ->
                    all(prefixes.stream().map(Prefix::then).toList(), otherwise);
            case Ranges<F, R>(_, List<Range<F, R>> ranges, MatchTree<F, R> otherwise) ->
                    all(ranges.stream().map(Range::then).toList(), otherwise);
        };
    }

    private static <F, R> List<R> all(List<MatchTree<F, R>> branches, MatchTree<F, R> otherwise) {
        List<R> results = new ArrayList<>();
        branches.forEach(branch -> results.addAll(all(branch)));
        results.addAll(all(otherwise));
        return results;
    }
}
