package io.meltemi.agent.intercept;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Runs small programs of the system to their end. Thread-safe: no state.
final class Commands {
    private static final int OUTPUT_LIMIT = 64 * 1024;

    private Commands() {}

    /// Runs a shell script. One process instead of one per step: a JVM's fork costs ten times a
    /// shell's.
    ///
    /// @return what it printed, both streams, 64 KiB at most
    /// @throws IOException with the script's own words when it fails or takes longer than the limit
    static String shell(String what, String script, Duration limit) throws IOException {
        return run(what, List.of("sh", "-e", "-s"), script, limit);
    }

    static String run(String what, List<String> command, String input, Duration limit)
            throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        Thread watchdog = Thread.ofPlatform().daemon().start(() -> endAfter(process, limit));
        String output;
        try (OutputStream stdin = process.getOutputStream()) {
            stdin.write(input.getBytes(StandardCharsets.UTF_8));
        } catch (IOException _) {
            // It ended without reading: its exit code and its words say why.
        }
        try (InputStream stdout = process.getInputStream()) {
            output = new String(stdout.readNBytes(OUTPUT_LIMIT), StandardCharsets.UTF_8).strip();
            stdout.skip(Long.MAX_VALUE);
        }
        int exit = waitFor(process);
        watchdog.interrupt();
        if (exit != 0) {
            throw new IOException(
                    what + ": exit " + exit + (output.isEmpty() ? "" : ": " + output));
        }
        return output;
    }

    private static int waitFor(Process process) throws IOException {
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static void endAfter(Process process, Duration limit) {
        try {
            if (!process.waitFor(limit.toNanos(), TimeUnit.NANOSECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
        } catch (InterruptedException _) {
            // It ended in time.
        }
    }
}
