package io.meltemi.agent.intercept;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/// The launcher's grip on the holder: the first process of the mesh's namespaces. Thread-safe.
///
/// Its standard input is a lifeline: the holder ends when it closes. It says [#READY] on a line of
/// its standard output once it serves; everything else it prints goes to the sink.
public final class Holder implements AutoCloseable {
    /// The line a holder prints when its control channel listens.
    public static final String READY = "meltemi: holder ready";

    private static final int KEPT_LINES = 20;

    private final RunFolder run;
    private final Consumer<String> sink;
    private final CompletableFuture<Process> started = new CompletableFuture<>();
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private final CompletableFuture<Integer> exit = new CompletableFuture<>();

    private Holder(RunFolder run, Consumer<String> sink) {
        this.run = run;
        this.sink = sink;
    }

    /// Starts a holder and waits until it serves.
    ///
    /// @param command as [HolderCommand] renders it
    /// @param sink gets each line the holder prints, from a thread of its own
    /// @throws IOException with the holder's last words when it ends before it serves, or when it
    ///   takes longer than the limit
    public static Holder start(
            RunFolder run, List<String> command, Duration limit, Consumer<String> sink)
            throws IOException, InterruptedException {
        run.make();
        Holder holder = new Holder(run, sink);
        // This thread lives as long as the holder: PDEATHSIG would follow an earlier end of it.
        Thread.ofPlatform().daemon().name("holder").start(() -> holder.live(command));
        try {
            holder.ready.get(limit.toNanos(), TimeUnit.NANOSECONDS);
            return holder;
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException failed
                    ? failed
                    : new IOException("starting the holder: " + e.getCause(), e);
        } catch (TimeoutException e) {
            holder.kill();
            throw new IOException("the holder was not ready after " + limit.toMillis() + " ms", e);
        }
    }

    private void live(List<String> command) {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            started.complete(process);
            Files.writeString(run.pidFile(), process.pid() + "\n");
            Deque<String> last = forward(process);
            int code = process.waitFor();
            ready.completeExceptionally(
                    new IOException(
                            "the holder ended with " + code + ": " + String.join("; ", last)));
            exit.complete(code);
        } catch (IOException e) {
            started.completeExceptionally(e);
            ready.completeExceptionally(e);
            exit.complete(-1);
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts the holder's thread", e);
        }
    }

    private Deque<String> forward(Process process) throws IOException {
        Deque<String> last = new ArrayDeque<>();
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.equals(READY)) {
                    ready.complete(null);
                    continue;
                }
                if (last.size() == KEPT_LINES) {
                    last.removeFirst();
                }
                last.addLast(line);
                sink.accept(line);
            }
        }
        return last;
    }

    /// Completes with the holder's exit code when it has ended.
    public CompletableFuture<Integer> onExit() {
        return exit.copy();
    }

    /// Process id of `unshare`; the holder itself is its only child.
    public long pid() {
        return started.join().pid();
    }

    private void kill() {
        var _ =
                started.thenAccept(process -> {
                    process.descendants().forEach(ProcessHandle::destroyForcibly);
                    process.destroyForcibly();
                });
    }

    /// Lets go of the lifeline, waits for the holder to drain, ends it after 10 s.
    @Override
    public void close() throws IOException {
        started.join().getOutputStream().close();
        try {
            exit.get(10, TimeUnit.SECONDS);
        } catch (TimeoutException _) {
            kill();
            exit.join();
        } catch (ExecutionException | InterruptedException e) {
            kill();
            Thread.currentThread().interrupt();
            throw new IOException("waiting for the holder", e);
        }
        run.sweep();
    }
}
