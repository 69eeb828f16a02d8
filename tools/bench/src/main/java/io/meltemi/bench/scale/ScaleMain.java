package io.meltemi.bench.scale;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/// The command `scale`.
public final class ScaleMain {
    private ScaleMain() {}

    /// Exits with 2 when an argument is wrong.
    public static void main(String... arguments) throws IOException {
        if (List.of(arguments).contains("--help")) {
            System.out.print(ScaleSettings.USAGE);
            return;
        }
        ScaleSettings settings;
        try {
            settings = ScaleSettings.of(arguments);
        } catch (IllegalArgumentException e) {
            System.err.println("scale: " + e.getMessage() + "; see --help");
            System.exit(2);
            return;
        }
        Path scratch = Files.createTempDirectory("meltemi-scale");
        show(new Scale(settings, System.out::println).play(scratch));
        System.out.println("files and log: " + scratch);
        System.exit(0);
    }

    /// The middle of all rounds of each phase.
    private static void show(List<Scale.Result> results) {
        Map<String, List<Scale.Result>> byPhase = new LinkedHashMap<>();
        results.forEach(result ->
                byPhase.computeIfAbsent(result.phase(), _ -> new ArrayList<>()).add(result));
        System.out.println("medians of all rounds:");
        byPhase.forEach((phase, all) ->
                System.out.printf(
                        Locale.ROOT,
                        "%-12s median %.0f ms, p99 %.0f ms, last %.0f ms, %.2f MiB, CPU %.2f s%n",
                        phase,
                        middle(all, Scale.Result::medianMillis),
                        middle(all, Scale.Result::p99Millis),
                        middle(all, Scale.Result::lastMillis),
                        middle(all, Scale.Result::mebibytes),
                        middle(all, Scale.Result::cpuSeconds)));
    }

    private static double middle(List<Scale.Result> all, ToDoubleFunction<Scale.Result> value) {
        double[] sorted = all.stream().mapToDouble(value).toArray();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
