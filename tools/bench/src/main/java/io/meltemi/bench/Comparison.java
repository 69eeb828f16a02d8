package io.meltemi.bench;

import io.meltemi.bench.contest.Contestant;
import io.meltemi.bench.contest.Round;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/// The figures of one scenario. Immutable.
///
/// @param contestants Envoy, ours, then others
record Comparison(Scenario scenario, List<Contestant> contestants) {
    private static final Map<String, ToDoubleFunction<Round>> FIGURES = figures();
    private static final int LABEL = 20;
    private static final int CELL = 33;

    Comparison {
        contestants = List.copyOf(contestants);
    }

    private static Map<String, ToDoubleFunction<Round>> figures() {
        Map<String, ToDoubleFunction<Round>> figures = new LinkedHashMap<>();
        figures.put("CPU us/request", Round::cpuMicros);
        figures.put("requests/s", Round::perSecond);
        figures.put("p99 us", Round::p99Micros);
        figures.put("resident MB", round -> round.residentKilobytes() / 1024.0);
        figures.put("heap bytes/request", Round::allocatedBytes);
        return figures;
    }

    /// For people: a row for each figure.
    String table() {
        StringBuilder table = new StringBuilder();
        table.append(scenario.name()).append(": ").append(scenario.title()).append('\n');
        table.append(cell("", LABEL));
        contestants.forEach(each -> table.append(cell(each.name(), CELL)));
        table.append("ours / Envoy\n");
        FIGURES.forEach((name, figure) -> {
            table.append(cell(name, LABEL));
            contestants.forEach(each -> table.append(cell(spread(each, figure), CELL)));
            table.append(ratio(figure)).append('\n');
        });
        return table.toString();
    }

    /// How our CPU per request relates to Envoy's, round by round.
    Spread cpuRatio() {
        return ratios(Round::cpuMicros);
    }

    /// The same for the latency.
    Spread p99Ratio() {
        return ratios(Round::p99Micros);
    }

    /// For a file: the medians of each figure and contestant.
    List<String> cells() {
        List<String> cells = new ArrayList<>(List.of(scenario.name()));
        FIGURES.forEach((name, figure) ->
                contestants.forEach(each ->
                        cells.add(
                                each.name()
                                        + " "
                                        + name
                                        + "="
                                        + decimal(Spread.of(values(each, figure)).median()))));
        return cells;
    }

    private String ratio(ToDoubleFunction<Round> figure) {
        Spread ratios = ratios(figure);
        return Double.isNaN(ratios.median())
                ? "-"
                : "%s [%s - %s]"
                        .formatted(
                                decimal(ratios.median()),
                                decimal(ratios.least()),
                                decimal(ratios.most()));
    }

    private Spread ratios(ToDoubleFunction<Round> figure) {
        List<Double> theirs = values(contestants.get(0), figure);
        List<Double> mine = values(contestants.get(1), figure);
        return Spread.of(
                IntStream.range(0, mine.size())
                        .mapToObj(i -> mine.get(i) / theirs.get(i))
                        .toList());
    }

    private static List<Double> values(Contestant contestant, ToDoubleFunction<Round> figure) {
        return contestant.rounds().stream().map(figure::applyAsDouble).toList();
    }

    private static String spread(Contestant contestant, ToDoubleFunction<Round> figure) {
        Spread spread = Spread.of(values(contestant, figure));
        return Double.isNaN(spread.median()) ? "-" : spread.toString();
    }

    private static String cell(String text, int width) {
        return String.format(Locale.ROOT, "%-" + width + "s", text);
    }

    private static String decimal(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }
}
