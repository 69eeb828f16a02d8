package io.meltemi.proxy.observe.stats;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.Map;

/// Which statistics an admin request asks for, and their form. Immutable.
///
/// @param usedOnly leaves out what was never written to
/// @param filter part of the names, as an expression; the empty one admits all
/// @param inverted whether the filter names what is left out
/// @param kind which kinds of statistics
/// @param buckets how histograms are shown
public record StatsQuery(
        boolean usedOnly, Pattern filter, boolean inverted, Kind kind, HistogramMode buckets) {
    public static final StatsQuery ALL =
            new StatsQuery(false, Pattern.compile(""), false, Kind.ALL, HistogramMode.UNSET);

    /// Envoy's names for kinds of statistics.
    public enum Kind {
        ALL,
        COUNTERS,
        GAUGES,
        HISTOGRAMS,
        TEXT_READOUTS
    }

    /// Reads the parameters of `/stats`.
    ///
    /// @throws IllegalArgumentException when one is not valid; the message is Envoy's, for the
    ///   asker
    public static StatsQuery of(Map<String, String> parameters) {
        return new StatsQuery(
                parameters.containsKey("usedonly"),
                filter(parameters.getOrDefault("filter", "")),
                parameters.containsKey("invert_filter"),
                kind(parameters.getOrDefault("type", "")),
                HistogramMode.of(parameters.getOrDefault("histogram_buckets", "")));
    }

    /// All of the statistics whose names an expression finds.
    ///
    /// @throws IllegalArgumentException when the expression is not valid; the message is for the
    ///   asker
    public static StatsQuery of(boolean usedOnly, String filter) {
        return new StatsQuery(usedOnly, filter(filter), false, Kind.ALL, HistogramMode.UNSET);
    }

    private static Pattern filter(String expression) {
        try {
            return Pattern.compile(expression);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException("Invalid re2 regex: " + inRe2Words(e), e);
        }
    }

    /// What the C++ library says of the same expression, in the cases in which both differ only in
    /// words.
    public static String inRe2Words(PatternSyntaxException problem) {
        String what = problem.getDescription().replace("missing closing ", "missing ");
        String where = problem.getPattern();
        return where == null || where.isEmpty() ? what : what + ": " + where;
    }

    private static Kind kind(String name) {
        return switch (name) {
            case "", "All" -> Kind.ALL;
            case "Counters" -> Kind.COUNTERS;
            case "Gauges" -> Kind.GAUGES;
            case "Histograms" -> Kind.HISTOGRAMS;
            case "TextReadouts" -> Kind.TEXT_READOUTS;
            default -> throw new IllegalArgumentException("invalid &type= param");
        };
    }

    boolean selects(Series series) {
        return isOfKind(series) && selectsOfAnyKind(series);
    }

    /// The same without the kind, which Envoy does not ask for in Prometheus' format.
    boolean selectsOfAnyKind(Series series) {
        return (!usedOnly || series.isUsed()) && filter.matcher(series.name()).find() != inverted;
    }

    private boolean isOfKind(Series series) {
        return switch (kind) {
            case ALL -> true;
            case COUNTERS -> series instanceof Counter;
            case GAUGES -> series instanceof Gauge;
            case HISTOGRAMS -> series instanceof Histogram;
            case TEXT_READOUTS -> series instanceof TextReadout;
        };
    }
}
