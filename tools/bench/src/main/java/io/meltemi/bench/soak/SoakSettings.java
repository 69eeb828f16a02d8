package io.meltemi.bench.soak;

import java.time.Duration;

/// How long and how much. Immutable.
///
/// @param perSecond requests of all connections together
/// @param changeEvery between two configurations
record SoakSettings(Duration length, int connections, int perSecond, Duration changeEvery) {
    static final String USAGE =
            """
            soak [--minutes N] [--connections N] [--rate REQUESTS_PER_SECOND]
            Keeps connections busy while the proxy's configuration changes every second, for an hour
            by default, and says whether its memory stays flat and every request succeeds.
            """;

    static final SoakSettings HOUR =
            new SoakSettings(Duration.ofHours(1), 10_000, 2_000, Duration.ofSeconds(1));

    SoakSettings {
        if (length.isZero() || length.isNegative() || connections < 1 || perSecond < 1) {
            throw new IllegalArgumentException("minutes, connections and rate are 1 at least");
        }
    }

    /// @throws IllegalArgumentException that says which argument is wrong
    static SoakSettings of(String... arguments) {
        SoakSettings settings = HOUR;
        for (int i = 0; i < arguments.length; i += 2) {
            if (i + 1 == arguments.length) {
                throw new IllegalArgumentException(arguments[i] + " needs a value");
            }
            settings = settings.with(arguments[i], arguments[i + 1]);
        }
        return settings;
    }

    private SoakSettings with(String name, String value) {
        int number;
        try {
            number = Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(name + " '" + value + "' is not a number", e);
        }
        return switch (name) {
            case "--minutes" ->
                    new SoakSettings(
                            Duration.ofMinutes(number), connections, perSecond, changeEvery);
            case "--connections" -> new SoakSettings(length, number, perSecond, changeEvery);
            case "--rate" -> new SoakSettings(length, connections, number, changeEvery);
            default -> throw new IllegalArgumentException("'" + name + "' is unknown");
        };
    }
}
