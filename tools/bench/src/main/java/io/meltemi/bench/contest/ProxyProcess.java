package io.meltemi.bench.contest;

import io.meltemi.testkit.Deadline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A program of the bench's own. Confined to the bench.
final class ProxyProcess implements AutoCloseable {
    /// The first run of ours may build it.
    private static final Duration START = Duration.ofMinutes(10);

    private static final long END_SECONDS = 5;

    private final Process process;

    private ProxyProcess(Process process) {
        this.process = process;
    }

    /// Starts it and waits until it serves.
    ///
    /// @param output where what it prints goes
    static ProxyProcess start(List<String> command, Path output, Deadline.Question ready)
            throws IOException {
        ProxyProcess started =
                new ProxyProcess(
                        new ProcessBuilder(command)
                                .redirectErrorStream(true)
                                .redirectOutput(output.toFile())
                                .start());
        try {
            started.await(command.getFirst(), output, ready);
        } catch (IOException | RuntimeException e) {
            started.close();
            throw e;
        }
        return started;
    }

    private void await(String name, Path output, Deadline.Question ready) throws IOException {
        Deadline.await(
                name + "'s readiness",
                START,
                () -> !process.isAlive() || ready.isSo(),
                () -> "see " + output);
        if (!process.isAlive()) {
            throw new IOException(
                    name + " ended with " + process.exitValue() + ":\n" + Files.readString(output));
        }
    }

    ProcessUsage usage() throws IOException {
        return ProcessUsage.of(process.toHandle());
    }

    long pid() {
        return process.pid();
    }

    @Override
    public void close() throws IOException {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        try {
            if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException("process " + process.pid() + " does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while a process was ending", e);
        }
    }
}
