package io.meltemi.agent.supervise;

import java.io.IOException;

/// What a program is told on its standard input, which then stays open as its lifeline.
/// Thread-safe.
///
/// Secrets go this way: command lines and environments can be read by others.
@FunctionalInterface
public interface LaunchInput {
    /// Tells nothing: the input is closed at once.
    LaunchInput NONE = () -> "";

    /// One line, asked for before each start, so that a secret that is good once can be renewed.
    ///
    /// @throws IOException when there is none now; the start counts as failed
    String line() throws IOException;
}
