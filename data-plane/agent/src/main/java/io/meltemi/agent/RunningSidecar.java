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

    /// Kills the application alone.
    void killApplication();

    @Override
    void close();
}
