package io.meltemi.agent.supervise;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/// One program the agent runs: forwards its lines, notices its end at once, starts it again if
/// told. Thread-safe: guarded by this.
///
/// It is started by a platform thread that lives as long as it does: a program that asked for a
/// signal on its parent's death would get it at the end of that thread.
public final class SupervisedProcess {
    /// Longer lines are cut: a program without line ends must not fill our memory.
    private static final int LINE_LIMIT = 64 * 1024;

    /// What a program that has ended still has in its pipes is read by then.
    private static final Duration LAST_LINES = Duration.ofMillis(500);

    private static final Duration LAST_OF_FAMILY = Duration.ofSeconds(2);

    private final Launch launch;
    private final RestartPolicy policy;
    private final OutputSink sink;
    private final IntConsumer onExit;
    private final CompletableFuture<Integer> ended = new CompletableFuture<>();
    private @Nullable Process process; // Guarded by this.
    private List<Thread> readers = List.of(); // Confined to the program's own thread.
    private boolean stopping; // Guarded by this.

    private SupervisedProcess(
            Launch launch, RestartPolicy policy, OutputSink sink, IntConsumer onExit) {
        this.launch = launch;
        this.policy = policy;
        this.sink = sink;
        this.onExit = onExit;
    }

    /// Starts the program.
    ///
    /// @param onExit told each exit code, before any restart, from the program's own thread
    /// @throws IOException when it cannot be started at all
    public static SupervisedProcess start(
            Launch launch, RestartPolicy policy, OutputSink sink, IntConsumer onExit)
            throws IOException {
        SupervisedProcess supervised = new SupervisedProcess(launch, policy, sink, onExit);
        CompletableFuture<Void> first = new CompletableFuture<>();
        Thread.ofPlatform().name("run " + launch.name()).start(() -> supervised.live(first));
        try {
            first.join();
        } catch (java.util.concurrent.CompletionException e) {
            throw new IOException("starting " + launch.name() + ": " + e.getCause(), e);
        }
        return supervised;
    }

    private void live(CompletableFuture<Void> first) {
        int failures = 0;
        while (true) {
            long began = System.nanoTime();
            int code = runOnce(first);
            onExit.accept(code);
            awaitLastLines();
            if (!(policy instanceof RestartPolicy.OnFailure(var _, var longest))
                    || code == 0
                    || !first.isDone()
                    || first.isCompletedExceptionally()) {
                ended.complete(code);
                return;
            }
            failures = System.nanoTime() - began > longest.toNanos() ? 1 : failures + 1;
            if (!pause(((RestartPolicy.OnFailure) policy).pause(failures))) {
                ended.complete(code);
                return;
            }
        }
    }

    private int runOnce(CompletableFuture<Void> first) {
        Process started;
        String input;
        try {
            input = launch.input().line();
            synchronized (this) {
                if (stopping) {
                    return -1;
                }
                ProcessBuilder builder = new ProcessBuilder(launch.command());
                builder.environment().putAll(launch.environment());
                started = builder.directory(launch.folder().toFile()).start();
                process = started;
            }
            first.complete(null);
        } catch (IOException e) {
            if (!first.completeExceptionally(e)) {
                sink.line(launch.name(), "cannot be started again: " + e.getMessage());
            }
            return -1;
        }
        forward(started, input);
        try {
            return started.waitFor();
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts a program's thread", e);
        }
    }

    /// The readers end with the pipes, which grandchildren may hold longer than the program lives:
    /// so nobody waits for them for long.
    private void forward(Process started, String line) {
        try {
            OutputStream input = started.getOutputStream();
            if (line.isEmpty()) {
                input.close();
            } else {
                input.write((line + "\n").getBytes(StandardCharsets.UTF_8));
                input.flush();
            }
        } catch (IOException _) {
            // It ended at once: its exit code says so.
        }
        BufferedReader output = started.inputReader(StandardCharsets.UTF_8);
        BufferedReader error = started.errorReader(StandardCharsets.UTF_8);
        readers =
                List.of(
                        reader(() -> lines(output, sink)),
                        reader(() -> lines(error, sink::errorLine)));
    }

    /// A platform thread: reading a pipe holds a virtual thread's carrier, and two programs would
    /// leave none on a machine with two processors.
    private Thread reader(Runnable lines) {
        return Thread.ofPlatform().daemon().name("lines of " + launch.name()).start(lines);
    }

    private void awaitLastLines() {
        long until = System.nanoTime() + LAST_LINES.toNanos();
        try {
            for (Thread reader : readers) {
                Duration left = Duration.ofNanos(until - System.nanoTime());
                if (left.isPositive()) {
                    reader.join(left);
                }
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts a program's thread", e);
        }
    }

    private void lines(BufferedReader reader, OutputSink to) {
        StringBuilder line = new StringBuilder();
        try (reader) {
            for (int c = reader.read(); c >= 0; c = reader.read()) {
                if (c == '\n' || line.length() == LINE_LIMIT) {
                    to.line(launch.name(), line.toString());
                    line.setLength(0);
                }
                if (c != '\n') {
                    line.append((char) c);
                }
            }
        } catch (IOException _) {
            // The pipe was closed with the program.
        }
        if (!line.isEmpty()) {
            to.line(launch.name(), line.toString());
        }
    }

    private synchronized boolean pause(Duration time) {
        long until = System.nanoTime() + time.toNanos();
        try {
            for (long left = time.toNanos();
                    left > 0 && !stopping;
                    left = until - System.nanoTime()) {
                TimeUnit.NANOSECONDS.timedWait(this, left);
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts a program's thread", e);
        }
        return !stopping;
    }

    /// Its process id, of the last start.
    public synchronized long pid() {
        return process == null ? -1 : process.pid();
    }

    /// Whether it runs now.
    public synchronized boolean isAlive() {
        return process != null && process.isAlive();
    }

    /// Completes with the last exit code when it will not be started again.
    public CompletableFuture<Integer> ended() {
        return ended.copy();
    }

    /// Asks it to end, ends it by force after the grace, and waits until it has.
    ///
    /// In a pod `unshare` stands above the program and keeps signals to itself; its child, a shell,
    /// hands them on.
    public void stop(Duration grace) {
        Process running;
        synchronized (this) {
            stopping = true;
            notifyAll();
            running = process;
        }
        List<ProcessHandle> family = running == null ? List.of() : running.descendants().toList();
        if (running != null && running.isAlive()) {
            program(running).destroy();
        }
        try {
            ended.get(grace.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException _) {
            kill();
            ended.join();
        } catch (InterruptedException | java.util.concurrent.ExecutionException e) {
            kill();
            Thread.currentThread().interrupt();
        }
        // Without a PID namespace what it started would outlive it.
        family.forEach(ProcessHandle::destroyForcibly);
        awaitEnd(family);
    }

    /// A large process takes a while to let go of its sockets after it was killed.
    private static void awaitEnd(List<ProcessHandle> family) {
        CompletableFuture.allOf(
                        family.stream()
                                .map(ProcessHandle::onExit)
                                .toArray(CompletableFuture<?>[]::new))
                .completeOnTimeout(null, LAST_OF_FAMILY.toNanos(), TimeUnit.NANOSECONDS)
                .join();
    }

    /// Ends it at once, as a crash would; the restart policy applies.
    public void kill() {
        Process running;
        synchronized (this) {
            running = process;
        }
        if (running != null) {
            List<ProcessHandle> family = running.descendants().toList();
            // First: an unshare whose child was killed wants to end by the same signal, which it
            // cannot with this one, and says 1 instead of 137.
            running.destroyForcibly();
            family.forEach(ProcessHandle::destroyForcibly);
        }
    }

    /// Ends it at once and does not start it again.
    public void killForGood() {
        synchronized (this) {
            stopping = true;
            notifyAll();
        }
        kill();
    }

    /// Ends the program alone, as the machine would that lacks memory; the restart policy applies.
    public void killProgram() {
        Process running;
        synchronized (this) {
            running = process;
        }
        if (running != null) {
            program(running).destroyForcibly();
        }
    }

    /// Ends what the program has started and leaves the program alive.
    public void killChildren() {
        Process running;
        synchronized (this) {
            running = process;
        }
        if (running != null) {
            program(running).descendants().forEach(ProcessHandle::destroyForcibly);
        }
    }

    private ProcessHandle program(Process running) {
        ProcessHandle self = running.toHandle();
        return launch.behindFork() ? self.children().findFirst().orElse(self) : self;
    }
}
