package io.meltemi.agent.supervise;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// How one program is started. Immutable.
///
/// @param name prefix of its lines, and what messages call it
/// @param environment added to this process's own
/// @param folder working directory
/// @param behindFork whether the command's first child is what signals are for
/// @param input one line for its standard input; empty for none
public record Launch(
        String name,
        List<String> command,
        Map<String, String> environment,
        Path folder,
        boolean behindFork,
        LaunchInput input) {
    public Launch {
        if (command.isEmpty()) {
            throw new IllegalArgumentException("'" + name + "' has no command to run");
        }
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
    }

    /// A program without input.
    public Launch(
            String name,
            List<String> command,
            Map<String, String> environment,
            Path folder,
            boolean behindFork) {
        this(name, command, environment, folder, behindFork, LaunchInput.NONE);
    }

    /// Never shows the input.
    @Override
    public String toString() {
        return "Launch(" + name + ")";
    }
}
