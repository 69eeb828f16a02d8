package io.meltemi.cli.check;

/// How a check ended. Immutable.
public sealed interface Outcome {
    /// @param figure what was seen, in a few words
    record Passed(String figure) implements Outcome {}

    record Failed(String reason) implements Outcome {}

    record Skipped(String reason) implements Outcome {}

    /// Passed when `holds`; the figure is shown either way.
    static Outcome of(boolean holds, String figure) {
        return holds ? new Passed(figure) : new Failed(figure);
    }
}
