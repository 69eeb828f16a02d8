package io.meltemi.bench;

import io.meltemi.bench.load.Program;
import io.meltemi.testkit.envoy.EnvoyBinary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/// Measures our proxy beside Envoy, HAProxy and nginx: CPU per request, rate, p99, memory and what
/// is allocated. Confined to its thread.
public final class SideBySide {
    private final SideBySideSettings settings;

    private SideBySide(SideBySideSettings settings) {
        this.settings = settings;
    }

    /// Exits with 1 when a comparison failed, with 2 when an argument is wrong.
    public static void main(String... arguments) throws IOException {
        if (List.of(arguments).contains("--help")) {
            System.out.print(SideBySideSettings.USAGE);
            return;
        }
        Runtime.getRuntime().addShutdownHook(new Thread(SideBySide::endOthers, "side-by-side-end"));
        try {
            boolean good = new SideBySide(SideBySideSettings.of(arguments)).run();
            System.exit(good ? 0 : 1);
        } catch (IllegalArgumentException e) {
            System.err.println("side-by-side: " + e.getMessage() + "; see --help");
            System.exit(2);
        }
    }

    /// Also when it is interrupted, nothing it started lives on.
    private static void endOthers() {
        ProcessHandle.current().descendants().forEach(ProcessHandle::destroy);
    }

    private boolean run() throws IOException {
        Path folder = Files.createTempDirectory("side-by-side");
        try {
            List<Scenario> scenarios = settings.chosen(Scenarios.all(folder));
            List<String> envoy =
                    List.of(
                            EnvoyBinary.find(System.getenv()).toString(),
                            "--disable-hot-restart",
                            "--concurrency",
                            "1",
                            "--log-level",
                            "error",
                            "-c");
            List<Comparison> done = new ArrayList<>();
            boolean failed = false;
            for (Scenario scenario : scenarios) {
                if (!Program.isInstalled(scenario.load().program())) {
                    System.out.printf(
                            "skipped: %s needs %s, which is not installed%n",
                            scenario.name(), scenario.load().program());
                    continue;
                }
                Path own = Files.createDirectory(folder.resolve(scenario.name()));
                try {
                    Comparison comparison = new ScenarioRun(scenario, settings, envoy, own).play();
                    System.out.println(comparison.table());
                    append(comparison);
                    done.add(comparison);
                } catch (IOException e) {
                    failed = true;
                    System.out.println("FAILED " + scenario.name() + ": " + e.getMessage());
                }
            }
            System.out.print(summary(done));
            return !failed;
        } finally {
            delete(folder);
        }
    }

    /// One line for each scenario.
    private static String summary(List<Comparison> all) {
        StringBuilder text = new StringBuilder();
        text.append(
                String.format(
                        Locale.ROOT, "%-20s %-28s %s%n", "ours / Envoy", "CPU per request", "p99"));
        for (Comparison each : all) {
            text.append(
                    String.format(
                            Locale.ROOT,
                            "%-20s %-28s %s%n",
                            each.scenario().name(),
                            ratio(each.cpuRatio()),
                            ratio(each.p99Ratio())));
        }
        return text.toString();
    }

    private static String ratio(Spread spread) {
        return String.format(
                Locale.ROOT, "%.2f [%.2f - %.2f]", spread.median(), spread.least(), spread.most());
    }

    /// One line: when, and the medians.
    private void append(Comparison comparison) throws IOException {
        if (settings.results().getParent() != null) {
            Files.createDirectories(settings.results().getParent());
        }
        Files.writeString(
                settings.results(),
                Instant.now() + "\t" + String.join("\t", comparison.cells()) + "\n",
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
