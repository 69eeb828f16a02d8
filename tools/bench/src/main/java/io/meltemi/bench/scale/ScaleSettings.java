package io.meltemi.bench.scale;

import java.util.List;

/// How many of what, and against whom. Immutable.
///
/// @param virtualHosts whether proxies also ask for virtual hosts that come by themselves
/// @param rounds of each change
/// @param command starts a control plane; FOLDER is where its YAML lies, ADDRESS where it is to
///   serve plain-text xDS, STATE a folder of its own
record ScaleSettings(
        int proxies,
        int services,
        Dialect dialect,
        boolean virtualHosts,
        int rounds,
        List<String> command) {
    static final String USAGE =
            """
            scale [--proxies N] [--services N] [--dialect delta|world] [--virtual-hosts yes|no] [--rounds N] [-- COMMAND...]
            Starts a control plane with so many services and simulated proxies, changes a route, an endpoint and the
            number of services, and says when the median and the last proxy had each change, and what that cost.
            COMMAND starts the control plane, with FOLDER, ADDRESS and STATE in the place of what it is to use.
            """;

    ScaleSettings {
        command = List.copyOf(command);
        if (proxies < 1 || services < 2 || rounds < 1) {
            throw new IllegalArgumentException(
                    "there are 1 proxy, 2 services and 1 round at least");
        }
        if (command.isEmpty()) {
            throw new IllegalArgumentException("a command that starts a control plane is needed");
        }
    }

    /// @throws IllegalArgumentException that says which argument is wrong
    static ScaleSettings of(String... arguments) {
        List<String> all = List.of(arguments);
        int end = all.indexOf("--");
        List<String> own = end < 0 ? all : all.subList(0, end);
        ScaleSettings settings =
                new ScaleSettings(
                        100,
                        100,
                        Dialect.DELTA,
                        false,
                        5,
                        end < 0 ? List.of() : all.subList(end + 1, all.size()));
        for (int i = 0; i < own.size(); i += 2) {
            if (i + 1 == own.size()) {
                throw new IllegalArgumentException(own.get(i) + " needs a value");
            }
            settings = settings.with(own.get(i), own.get(i + 1));
        }
        return settings;
    }

    private ScaleSettings with(String name, String value) {
        return switch (name) {
            case "--proxies" ->
                    new ScaleSettings(
                            number(name, value), services, dialect, virtualHosts, rounds, command);
            case "--services" ->
                    new ScaleSettings(
                            proxies, number(name, value), dialect, virtualHosts, rounds, command);
            case "--rounds" ->
                    new ScaleSettings(
                            proxies, services, dialect, virtualHosts, number(name, value), command);
            case "--dialect" ->
                    new ScaleSettings(
                            proxies, services, dialect(value), virtualHosts, rounds, command);
            case "--virtual-hosts" ->
                    new ScaleSettings(proxies, services, dialect, yes(value), rounds, command);
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

    private static Dialect dialect(String value) {
        return switch (value) {
            case "delta" -> Dialect.DELTA;
            case "world" -> Dialect.WORLD;
            default ->
                    throw new IllegalArgumentException(
                            "--dialect '" + value + "' is neither 'delta' nor 'world'");
        };
    }

    private static boolean yes(String value) {
        return switch (value) {
            case "yes" -> true;
            case "no" -> false;
            default ->
                    throw new IllegalArgumentException(
                            "--virtual-hosts '" + value + "' is neither 'yes' nor 'no'");
        };
    }
}
