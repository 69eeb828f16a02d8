package io.meltemi.cli.demo;

import io.meltemi.agent.supervise.OutputSink;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/// What all programs of the mesh print: in a file, and the last lines at hand. Thread-safe.
public final class LogTail implements OutputSink, AutoCloseable {
    private static final int KEPT = 200;

    /// A demo that runs for days must not fill the disk.
    private static final long MAX_CHARS = 20_000_000;

    private final Path file;
    private final BufferedWriter writer;

    /// Guarded by this.
    private final Deque<String> last = new ArrayDeque<>();

    /// Guarded by this.
    private long chars;

    public LogTail(Path file) throws IOException {
        this.file = file;
        this.writer = Files.newBufferedWriter(file);
    }

    public Path file() {
        return file;
    }

    void holder(String line) {
        line("node", line);
    }

    @Override
    public synchronized void line(String program, String line) {
        String text = program + ": " + line;
        if (last.size() == KEPT) {
            last.removeFirst();
        }
        last.addLast(text);
        chars += text.length();
        if (chars > MAX_CHARS) {
            return;
        }
        try {
            writer.write(text);
            writer.newLine();
            writer.flush();
        } catch (IOException _) {
            // A full disk must not stop the mesh; the last lines are still at hand.
        }
    }

    /// The last lines, oldest first.
    public synchronized List<String> last() {
        return List.copyOf(last);
    }

    @Override
    public synchronized void close() throws IOException {
        writer.close();
    }
}
