package io.meltemi.bench.load;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Programs of others. Thread-safe: without state.
public final class Program {
    private static final int GRACE_SECONDS = 30;

    private Program() {}

    /// Whether it can be started.
    public static boolean isInstalled(String name) {
        try {
            Process process =
                    new ProcessBuilder(name, "-v")
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
            return end(process);
        } catch (IOException _) {
            return false;
        }
    }

    /// Runs it to its end and gives all it printed.
    public static String output(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!end(process)) {
            throw new IOException(command.getFirst() + " does not end");
        }
        return text;
    }

    private static boolean end(Process process) throws IOException {
        try {
            return process.waitFor(GRACE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while a program was running", e);
        } finally {
            process.destroyForcibly();
        }
    }
}
