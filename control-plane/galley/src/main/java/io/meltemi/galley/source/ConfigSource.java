package io.meltemi.galley.source;

import java.util.function.Consumer;

/// A place documents come from. Thread-safe.
public interface ConfigSource extends AutoCloseable {
    /// Delivers everything there is before it returns, and everything anew after each change, one
    /// set at a time. Called once.
    void start(Consumer<DocumentSet> listener);

    /// No delivery begins after it has returned.
    @Override
    void close();
}
