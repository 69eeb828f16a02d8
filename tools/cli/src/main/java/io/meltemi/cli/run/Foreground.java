package io.meltemi.cli.run;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Stays with a workload in a terminal until it ends or people end it. Confined to its thread.
public final class Foreground {
    private static final long ENDING_SECONDS = 15;

    private final CompletableFuture<Void> asked = new CompletableFuture<>();
    private final CountDownLatch done = new CountDownLatch(1);

    /// From now on Ctrl-C and TERM are requests to end in order.
    public Foreground() {
        Runtime.getRuntime().addShutdownHook(new Thread(this::ask, "end of the workload"));
    }

    private void ask() {
        asked.complete(null);
        try {
            done.await(ENDING_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// Whether one of them has come, or comes within a time.
    ///
    /// @param ended completes when the workload has ended
    public boolean isOver(CompletableFuture<Integer> ended, Duration within)
            throws InterruptedException {
        try {
            CompletableFuture.anyOf(ended, asked).get(within.toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException _) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException("neither end fails", e);
        }
    }

    /// What ends a workload in order; returns when it has.
    @FunctionalInterface
    public interface Ending {
        void run() throws IOException;
    }

    /// Waits for either end.
    ///
    /// @param ended completes with the application's exit code
    /// @return that code. When people asked for the end, it is this process's at once: nothing
    ///   comes after it
    public int await(CompletableFuture<Integer> ended, Ending ending)
            throws IOException, InterruptedException {
        CompletableFuture.anyOf(ended, asked).join();
        if (!asked.isDone()) {
            return ended.join();
        }
        int code = 0;
        try {
            ending.run();
            code = ended.get(1, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException | IOException e) {
            System.err.println("meltemi: " + e.getMessage());
            code = 1;
        }
        System.out.flush();
        // A JVM that is asked to end has its own exit code; people want the application's.
        Runtime.getRuntime().halt(code);
        return code;
    }
}
