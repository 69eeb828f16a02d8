package io.meltemi.proxy.decide.match;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What conditions ask for and what there was, for people who ask why. Thread-safe: stateless; the
/// data path never comes here.
public final class ConditionText {
    /// Longer values are cut: nobody reads a whole token.
    private static final int LONGEST = 120;

    private ConditionText() {}

    /// As what follows "must": `be "/products"`, `begin with "/api"`.
    public static String of(StringMatch match) {
        return switch (match) {
            case StringMatch.Exact(String value, boolean folds) -> "be " + quoted(value, folds);
            case StringMatch.Prefix(String value, boolean folds) ->
                    "begin with " + quoted(value, folds);
            case StringMatch.Suffix(String value, boolean folds) ->
                    "end with " + quoted(value, folds);
            case StringMatch.Contains(String value, boolean folds) ->
                    "contain " + quoted(value, folds);
            case StringMatch.Regex(var pattern) when isAnything(pattern.pattern()) ->
                    "be there and not be empty";
            case StringMatch.Regex(var pattern) -> "match the expression " + pattern.pattern();
        };
    }

    private static boolean isAnything(String expression) {
        return expression.equals(".+");
    }

    /// The same for a path.
    public static String of(PathMatch match) {
        return switch (match) {
            case PathMatch.Prefix(String value, boolean folds) ->
                    "begin with " + quoted(value, folds);
            case PathMatch.Exact(String value, boolean folds) -> "be " + quoted(value, folds);
            case PathMatch.SeparatedPrefix(String value, boolean folds) ->
                    "be " + quoted(value, folds) + " or below it";
            case PathMatch.Regex(var pattern) -> "match the expression " + pattern.pattern();
            case PathMatch.Template(UriTemplate template) ->
                    "match the template " + template.text();
            case PathMatch.Connect _ -> "be none, as a CONNECT has it";
        };
    }

    /// The same for a value that a filter noted.
    public static String of(ValueMatch match) {
        return switch (match) {
            case ValueMatch.IsNull _ -> "be absent";
            case ValueMatch.Text(StringMatch text) -> of(text);
            case ValueMatch.InRange(double start, double end) ->
                    start == end ? "be " + start : "be in [" + start + ", " + end + ")";
            case ValueMatch.Bool(boolean expected) -> "be " + expected;
            case ValueMatch.Presence(boolean present) -> present ? "be there" : "never fits";
            case ValueMatch.OneOf(ValueMatch each) -> "have an element that must " + of(each);
            case ValueMatch.Or(List<ValueMatch> any) ->
                    any.stream()
                            .map(ConditionText::of)
                            .distinct()
                            .collect(Collectors.joining(" or "));
        };
    }

    /// A condition on a header that is not met.
    public static Miss miss(HeaderMatch match, @Nullable String value) {
        String wanted =
                switch (match.test()) {
                    case HeaderMatch.Presence(boolean present) ->
                            present ? "be there" : "be absent";
                    case HeaderMatch.Value(StringMatch text) -> of(text);
                    case HeaderMatch.Range(long start, long end) ->
                            "be a number in [" + start + ", " + end + ")";
                };
        return Miss.of(name(match.name()), wanted, match.invert(), value);
    }

    /// What people call a header, or what stands for one.
    public static String name(String header) {
        return NAMES.getOrDefault(header, "header " + header);
    }

    private static final Map<String, String> NAMES =
            Map.of(
                    ":method", "method",
                    ":authority", "host",
                    ":path", "path and query",
                    ":scheme", "scheme");

    static String quoted(String value) {
        return quoted(value, false);
    }

    private static String quoted(String value, boolean folds) {
        String shown = value.length() > LONGEST ? value.substring(0, LONGEST) + "..." : value;
        return '"' + shown + '"' + (folds ? " in any case" : "");
    }
}
