package io.meltemi.bench;

import io.meltemi.bench.Contestant.Round;
import io.meltemi.testkit.envoy.EnvoyBinary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/// Measures our proxy beside Envoy: CPU per request, rate and p99 under full load, memory. Rounds
/// alternate, so that whatever else the machine does meets both. Confined to its thread.
public final class SideBySide {
    private static final Map<String, ToDoubleFunction<Round>> FIGURES = figures();

    private final SideBySideSettings settings;

    private SideBySide(SideBySideSettings settings) {
        this.settings = settings;
    }

    public static void main(String... arguments) throws IOException {
        if (List.of(arguments).contains("--help")) {
            System.out.print(SideBySideSettings.USAGE);
            return;
        }
        if (!Wrk.isInstalled()) {
            System.out.println("skipped: side-by-side needs wrk, which is not installed");
            return;
        }
        new SideBySide(SideBySideSettings.of(arguments)).run();
    }

    private void run() throws IOException {
        Path folder = Files.createTempDirectory("side-by-side");
        List<String> envoyCommand =
                List.of(
                        EnvoyBinary.find(System.getenv()).toString(),
                        "--disable-hot-restart",
                        "--concurrency",
                        "1",
                        "--log-level",
                        "error",
                        "-c");
        try (FixedUpstream upstream = new FixedUpstream();
                Contestant envoy =
                        Contestant.start("envoy", envoyCommand, folder, upstream.port());
                Contestant ours =
                        Contestant.start("meltemi", settings.ours(), folder, upstream.port())) {
            measure(List.of(envoy, ours));
            String table = table(envoy, ours);
            System.out.print(table);
            append(envoy, ours);
        } finally {
            delete(folder);
        }
    }

    private void measure(List<Contestant> contestants) throws IOException {
        for (Contestant contestant : contestants) {
            contestant.warmUp(settings.connections(), settings.warmupSeconds());
        }
        for (int i = 1; i <= settings.rounds(); i++) {
            for (Contestant contestant : contestants) {
                contestant.round(settings.connections(), settings.roundSeconds());
            }
            System.err.println("round " + i + " of " + settings.rounds());
        }
    }

    private static Map<String, ToDoubleFunction<Round>> figures() {
        Map<String, ToDoubleFunction<Round>> figures = new LinkedHashMap<>();
        figures.put("CPU us/request", Round::cpuMicros);
        figures.put("requests/s", Round::perSecond);
        figures.put("p99 us (full load)", Round::p99Micros);
        figures.put("resident MB", round -> round.residentKilobytes() / 1024.0);
        return figures;
    }

    private static String table(Contestant envoy, Contestant ours) {
        StringBuilder table = new StringBuilder();
        table.append(row("median [range]", envoy.name(), ours.name(), "ours / Envoy"));
        FIGURES.forEach((name, figure) -> {
            Spread theirs = spread(envoy, figure);
            Spread mine = spread(ours, figure);
            table.append(
                    row(
                            name,
                            theirs.toString(),
                            mine.toString(),
                            decimal(mine.median() / theirs.median())));
        });
        return table.toString();
    }

    private static String row(String... cells) {
        return String.format(Locale.ROOT, "%-20s %-28s %-28s %s%n", (Object[]) cells);
    }

    private static Spread spread(Contestant contestant, ToDoubleFunction<Round> figure) {
        return Spread.of(contestant.rounds().stream().map(figure::applyAsDouble).toList());
    }

    private static String decimal(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }

    /// One line: when, and for each figure Envoy's median, ours and the ratio.
    private void append(Contestant envoy, Contestant ours) throws IOException {
        List<String> cells = new ArrayList<>(List.of(Instant.now().toString()));
        FIGURES.forEach((name, figure) -> {
            double theirs = spread(envoy, figure).median();
            double mine = spread(ours, figure).median();
            cells.addAll(List.of(name, decimal(theirs), decimal(mine), decimal(mine / theirs)));
        });
        if (settings.results().getParent() != null) {
            Files.createDirectories(settings.results().getParent());
        }
        Files.writeString(
                settings.results(),
                String.join("\t", cells) + "\n",
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
