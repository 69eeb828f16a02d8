package io.meltemi.bench;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/// How to measure. Immutable.
///
/// @param ours the command that our proxy is started with; a bootstrap file is appended
/// @param warmupSeconds load before the first round that counts
/// @param results where a line is appended to
record SideBySideSettings(
        List<String> ours,
        int rounds,
        int roundSeconds,
        int warmupSeconds,
        int connections,
        Path results) {
    static final String USAGE =
            """
            side-by-side [--rounds N] [--seconds N] [--warmup N] [--connections N] [--results FILE]
                         [--ours "COMMAND -c"]
            Drives Envoy and our proxy in turns on the same bootstrap and prints CPU per request.
            """;

    private static final int FEWEST_ROUNDS = 1;

    SideBySideSettings {
        ours = List.copyOf(ours);
        if (rounds < FEWEST_ROUNDS || roundSeconds < 1 || warmupSeconds < 0 || connections < 1) {
            throw new IllegalArgumentException(
                    "rounds, seconds and connections are 1 at least, warmup 0");
        }
    }

    /// @throws IllegalArgumentException that says which argument is wrong
    static SideBySideSettings of(String... arguments) {
        SideBySideSettings settings =
                new SideBySideSettings(
                        List.of("./meltemi", "proxy", "--concurrency", "1", "-c"),
                        5,
                        5,
                        15,
                        32,
                        Path.of("side-by-side.tsv"));
        Deque<String> rest = new ArrayDeque<>(List.of(arguments));
        while (!rest.isEmpty()) {
            String name = rest.remove();
            if (rest.isEmpty()) {
                throw new IllegalArgumentException(name + " needs a value");
            }
            settings = settings.with(name, rest.remove());
        }
        return settings;
    }

    private SideBySideSettings with(String name, String value) {
        return switch (name) {
            case "--ours" ->
                    new SideBySideSettings(
                            List.of(value.split(" ", -1)),
                            rounds,
                            roundSeconds,
                            warmupSeconds,
                            connections,
                            results);
            case "--rounds" ->
                    new SideBySideSettings(
                            ours,
                            number(name, value),
                            roundSeconds,
                            warmupSeconds,
                            connections,
                            results);
            case "--seconds" ->
                    new SideBySideSettings(
                            ours, rounds, number(name, value), warmupSeconds, connections, results);
            case "--warmup" ->
                    new SideBySideSettings(
                            ours, rounds, roundSeconds, number(name, value), connections, results);
            case "--connections" ->
                    new SideBySideSettings(
                            ours,
                            rounds,
                            roundSeconds,
                            warmupSeconds,
                            number(name, value),
                            results);
            case "--results" ->
                    new SideBySideSettings(
                            ours, rounds, roundSeconds, warmupSeconds, connections, Path.of(value));
            default -> throw new IllegalArgumentException("'" + name + "' is unknown");
        };
    }

    private static int number(String name, String value) {
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(name + " '" + value + "' is not a number", e);
        }
    }
}
