package io.meltemi.proxy.decide.match;

import io.meltemi.proxy.http.HeaderMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Envoy's `HeaderMatcher`, compiled. Immutable.
///
/// A header that is absent matches no value test, inverted or not, unless it is to be taken as
/// empty. Of several headers of one name each is tested by itself and one that matches is enough
/// (Envoy 1.40; older ones joined them by commas).
///
/// @param name lower case; `host` is `:authority`
/// @param invert turns the result of the test around
public record HeaderMatch(String name, Test test, boolean invert, boolean missingIsEmpty) {

    /// What is asked of the value.
    public sealed interface Test {}

    /// The header is there (or, with `present` false, is not).
    public record Presence(boolean present) implements Test {}

    public record Value(StringMatch match) implements Test {}

    /// A decimal integer in `[start, end)`.
    public record Range(long start, long end) implements Test {}

    public boolean matches(HeaderMap headers) {
        int index = headers.indexOf(name, 0);
        if (test instanceof Presence(boolean present)) {
            return ((index >= 0 || missingIsEmpty) == present) != invert;
        }
        if (index < 0) {
            return missingIsEmpty && holds("") != invert;
        }
        boolean matched = false;
        while (index >= 0 && !matched) {
            matched = holds(headers.value(index));
            index = headers.indexOf(name, index + 1);
        }
        return matched != invert;
    }

    private boolean holds(String value) {
        return switch (test) {
            case Value(StringMatch match) -> match.matches(value);
            case Range(long start, long end) -> inRange(value, start, end);
            case Presence _ -> true;
        };
    }

    /// Whether every matcher of a list matches; an empty list does.
    public static boolean allMatch(List<HeaderMatch> matchers, HeaderMap headers) {
        for (int i = 0; i < matchers.size(); i++) {
            if (!matchers.get(i).matches(headers)) {
                return false;
            }
        }
        return true;
    }

    /// Whether at least one matcher of a list matches; of an empty list none does.
    public static boolean anyMatches(List<HeaderMatch> matchers, HeaderMap headers) {
        for (int i = 0; i < matchers.size(); i++) {
            if (matchers.get(i).matches(headers)) {
                return true;
            }
        }
        return false;
    }

    /// All values of a name as one, or null when there is none; text is built only for several.
    public static @Nullable String joined(HeaderMap headers, String name) {
        int first = headers.indexOf(name, 0);
        if (first < 0) {
            return null;
        }
        int next = headers.indexOf(name, first + 1);
        if (next < 0) {
            return headers.value(first);
        }
        StringBuilder all = new StringBuilder(headers.value(first));
        for (int i = next; i >= 0; i = headers.indexOf(name, i + 1)) {
            all.append(',').append(headers.value(i));
        }
        return all.toString();
    }

    private static boolean inRange(String value, long start, long end) {
        try {
            long number = Long.parseLong(value);
            return number >= start && number < end;
        } catch (NumberFormatException _) {
            return false;
        }
    }
}
