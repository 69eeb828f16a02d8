package io.meltemi.proxy.observe.accesslog;

import io.meltemi.proxy.observe.stats.Counter;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/// One log file, shared by all formats and workers that write to its path. Workers only touch their
/// ring and buffer; everything else belongs to the [FileWriter]'s thread.
final class FileSink {
    /// A quarter of a second of lines at 3,000 a second and 300 bytes; beyond it they are dropped.
    private static final int RING_BYTES = 1 << 18;

    private final Path path;
    private final Runnable wake;
    private final Counter dropped;
    private final ByteRing[] rings;
    private final LogBuffer[] buffers;

    private @Nullable OutputStream open;
    private @Nullable Object openedKey;
    private boolean standardStream;

    /// How many compiled logs write here. Guarded by the [FileWriter].
    int holders;

    FileSink(Path path, int workers, Runnable wake, Counter dropped) {
        this.path = path;
        this.wake = wake;
        this.dropped = dropped;
        this.rings = new ByteRing[workers];
        this.buffers = new LogBuffer[workers];
        for (int i = 0; i < workers; i++) {
            rings[i] = new ByteRing(RING_BYTES);
            buffers[i] = new LogBuffer();
        }
    }

    Path path() {
        return path;
    }

    /// The worker's line, empty.
    LogBuffer buffer(int worker) {
        LogBuffer buffer = buffers[worker];
        buffer.shrink();
        return buffer;
    }

    /// Hands over what stands in the worker's buffer. Only on its event loop.
    void append(int worker) {
        ByteRing ring = rings[worker];
        LogBuffer line = buffers[worker];
        if (!ring.offer(line.array(), line.size())) {
            dropped.increment(worker);
            wake.run();
        } else if (ring.isPressing()) {
            wake.run();
        }
    }

    /// Opens the file so that a path that cannot be written is refused with its configuration.
    void open() throws IOException {
        switch (path.toString()) {
            // opened anew these would need the terminal's owner, or fail on sockets
            case "/dev/stdout" -> open = new FileOutputStream(FileDescriptor.out);
            case "/dev/stderr" -> open = new FileOutputStream(FileDescriptor.err);
            default -> {
                open =
                        Files.newOutputStream(
                                path,
                                StandardOpenOption.CREATE,
                                StandardOpenOption.WRITE,
                                StandardOpenOption.APPEND);
                openedKey = key();
                return;
            }
        }
        standardStream = true;
    }

    /// Writes what all workers handed over; false when there was nothing.
    boolean drain() throws IOException {
        OutputStream out = open;
        if (out == null) {
            out = OutputStream.nullOutputStream();
        }
        boolean any = false;
        for (ByteRing ring : rings) {
            any |= ring.drainTo(out);
        }
        return any;
    }

    /// Follows a log rotation: the path is another file now, or none.
    void reopenIfMoved() throws IOException {
        if (standardStream || (openedKey != null && openedKey.equals(key()))) {
            return;
        }
        close();
        open();
    }

    void reopen() throws IOException {
        if (!standardStream) {
            close();
            open();
        }
    }

    private @Nullable Object key() {
        try {
            return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
        } catch (IOException e) {
            return null; // moved away: openedKey differs from null, and the file is made again
        }
    }

    void close() throws IOException {
        OutputStream out = open;
        open = null;
        if (out != null && !standardStream) {
            out.close();
        }
    }
}
