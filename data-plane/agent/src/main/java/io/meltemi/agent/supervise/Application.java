package io.meltemi.agent.supervise;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntConsumer;

/// One unmodified program of a workload. Thread-safe.
public final class Application implements AutoCloseable {
    /// Kubernetes waits 30 s; nobody waits so long at a terminal.
    private static final Duration GRACE = Duration.ofSeconds(5);

    private final SupervisedProcess process;

    private Application(SupervisedProcess process) {
        this.process = process;
    }

    /// Starts it.
    ///
    /// @param onExit told each exit code at once, from a thread of its own
    public static Application start(
            Launch launch, RestartPolicy policy, OutputSink sink, IntConsumer onExit)
            throws IOException {
        return new Application(SupervisedProcess.start(launch, policy, sink, onExit));
    }

    /// Completes with its last exit code.
    public CompletableFuture<Integer> ended() {
        return process.ended();
    }

    /// As a crash would end it.
    public void kill() {
        process.kill();
    }

    /// TERM, then KILL.
    @Override
    public void close() {
        process.stop(GRACE);
    }
}
