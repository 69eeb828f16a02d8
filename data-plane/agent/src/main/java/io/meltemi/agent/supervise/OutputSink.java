package io.meltemi.agent.supervise;

/// Where the lines of programs go. Thread-safe.
@FunctionalInterface
public interface OutputSink {
    void line(String program, String line);

    /// A line of standard error; the same as the others unless somebody keeps them apart.
    default void errorLine(String program, String line) {
        line(program, line);
    }
}
