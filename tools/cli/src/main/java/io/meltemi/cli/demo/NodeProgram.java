package io.meltemi.cli.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A small program of ours in the node's network, beside the pods: what a check needs there.
/// Confined to its owner. It ends when its standard input does, as a lifeline.
final class NodeProgram implements AutoCloseable {
    private static final long END_SECONDS = 5;

    private final Process process;
    private final BufferedReader output;

    NodeProgram(List<String> command) throws IOException {
        process = new ProcessBuilder(command).redirectErrorStream(true).start();
        output =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /// Waits for one line of its output.
    ///
    /// @throws IOException when it ends without one
    String line() throws IOException {
        String line = output.readLine();
        if (line == null) {
            throw new IOException("the program in the node ended without a word");
        }
        return line;
    }

    /// Ends its input and waits for the rest of its output.
    String finish() throws IOException {
        process.getOutputStream().close();
        StringBuilder rest = new StringBuilder();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            rest.append(line).append('\n');
        }
        return rest.toString().strip();
    }

    @Override
    public void close() throws IOException {
        try {
            process.getOutputStream().close();
            if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException _) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
