package io.meltemi.agent.supervise;

/// Where the lines of programs go. Thread-safe.
@FunctionalInterface
public interface OutputSink {
    void line(String program, String line);
}
