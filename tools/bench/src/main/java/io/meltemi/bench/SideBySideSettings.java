package io.meltemi.bench;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// How to measure. Immutable.
///
/// @param ours the command that our proxy is started with; a bootstrap file is appended
/// @param warmupSeconds load before the first round that counts
/// @param only names of scenarios; empty: all
/// @param results where a line is appended to
record SideBySideSettings(
        List<String> ours,
        int rounds,
        int roundSeconds,
        int warmupSeconds,
        Set<String> only,
        Path results) {
    static final String USAGE =
            """
            side-by-side [--only NAME,NAME] [--rounds N] [--seconds N] [--warmup N] [--results FILE]
                         [--ours "COMMAND -c"]
            Drives Envoy, our proxy, HAProxy and nginx in turns and prints what each request costs.
            Scenarios: sidecar half-load http2 grpc-unary grpc-stream mtls-http1 mtls-http2 tcp
            body-1k body-64k body-1m connections-1 connections-100 connections-10000 routes-100
            routes-5000 policies-1000. All take 26 minutes with the defaults: 5 rounds of 5 s, 15 s of warm-up.
            """;

    SideBySideSettings {
        ours = List.copyOf(ours);
        only = Set.copyOf(only);
        if (rounds < 1 || roundSeconds < 1 || warmupSeconds < 0) {
            throw new IllegalArgumentException("rounds and seconds are 1 at least, warmup 0");
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
                        Set.of(),
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
        boolean rounds = name.equals("--rounds");
        boolean seconds = name.equals("--seconds");
        boolean warmup = name.equals("--warmup");
        return switch (name) {
            case "--rounds", "--seconds", "--warmup" ->
                    new SideBySideSettings(
                            ours,
                            rounds ? number(name, value) : this.rounds,
                            seconds ? number(name, value) : roundSeconds,
                            warmup ? number(name, value) : warmupSeconds,
                            only,
                            results);
            case "--ours" ->
                    new SideBySideSettings(
                            List.of(value.split(" ", -1)),
                            this.rounds,
                            roundSeconds,
                            warmupSeconds,
                            only,
                            results);
            case "--only" ->
                    new SideBySideSettings(
                            ours,
                            this.rounds,
                            roundSeconds,
                            warmupSeconds,
                            Set.of(value.split(",", -1)),
                            results);
            case "--results" ->
                    new SideBySideSettings(
                            ours, this.rounds, roundSeconds, warmupSeconds, only, Path.of(value));
            default -> throw new IllegalArgumentException("'" + name + "' is unknown");
        };
    }

    /// @throws IllegalArgumentException when a name was given that none has
    List<Scenario> chosen(List<Scenario> all) {
        Set<String> unknown = new TreeSet<>(only);
        all.forEach(each -> unknown.remove(each.name()));
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException("no scenario is called " + unknown);
        }
        return only.isEmpty()
                ? all
                : all.stream().filter(each -> only.contains(each.name())).toList();
    }

    private static int number(String name, String value) {
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(name + " '" + value + "' is not a number", e);
        }
    }
}
