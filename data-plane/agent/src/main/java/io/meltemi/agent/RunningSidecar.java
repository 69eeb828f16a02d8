package io.meltemi.agent;

import java.util.concurrent.CompletableFuture;

/// A sidecar the node agent started, in its own JVM or in another one. Thread-safe.
interface RunningSidecar extends AutoCloseable {
    /// Completes with the application's exit code.
    CompletableFuture<Integer> ended();

    /// One word for people: `ready`, `healthy`, `unhealthy`, ...
    String state();

    /// As a crash would end application and sidecar.
    void kill();

    /// As a crash of the sidecar alone: it comes back by itself.
    ///
    /// @throws IllegalArgumentException when it shares its process with others
    void killSidecar();

    /// Kills the application alone.
    void killApplication();

    @Override
    void close();
}
