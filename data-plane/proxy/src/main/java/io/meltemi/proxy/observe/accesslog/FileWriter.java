package io.meltemi.proxy.observe.accesslog;

import io.meltemi.proxy.observe.stats.Counter;
import io.meltemi.proxy.observe.stats.StatsScope;
import io.meltemi.proxy.observe.stats.StatsStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The one thread that writes all log files of a proxy. Thread-safe.
///
/// It writes at an interval, when a worker's ring is half full, and at the end.
public final class FileWriter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FileWriter.class);

    private final long flushNanos;
    private final int workers;
    private final Counter completed;
    private final Counter failed;
    private final Counter dropped;
    private final Counter reopenFailed;
    private final Thread thread;

    /// By path. Guarded by this.
    private final Map<Path, FileSink> sinks = new HashMap<>();

    private volatile boolean closed;

    /// @param flush how long a line waits at most
    public FileWriter(StatsStore stats, Duration flush) {
        this.flushNanos = flush.toNanos();
        this.workers = stats.workers();
        StatsScope scope = stats.scope("filesystem.");
        this.completed = scope.counter("write_completed");
        this.failed = scope.counter("write_failed");
        this.dropped = scope.counter("write_dropped");
        this.reopenFailed = scope.counter("reopen_failed");
        this.thread = Thread.ofPlatform().daemon().name("access-log").start(this::run);
    }

    /// The sink of a path; give it back with [#release].
    ///
    /// @throws IllegalArgumentException when the file cannot be opened
    synchronized FileSink acquire(String name) {
        Path path = Path.of(name).toAbsolutePath().normalize();
        FileSink sink = sinks.get(path);
        if (sink == null) {
            sink = new FileSink(path, workers, () -> LockSupport.unpark(thread), dropped);
            try {
                sink.open();
            } catch (IOException e) {
                throw new IllegalArgumentException(
                        "unable to open access log file '" + name + "': " + e, e);
            }
            sinks.put(path, sink);
        }
        sink.holders++;
        return sink;
    }

    synchronized void release(FileSink sink) {
        if (--sink.holders == 0) {
            sinks.remove(sink.path());
            flush(sink);
            closeQuietly(sink);
        }
    }

    /// Writes everything handed over so far.
    public synchronized void flush() {
        sinks.values().forEach(this::flush);
    }

    /// Writes everything and opens all files anew, as after a log rotation.
    public synchronized void reopen() {
        for (FileSink sink : sinks.values()) {
            flush(sink);
            try {
                sink.reopen();
            } catch (IOException e) {
                reopenFailed.increment();
                LOG.warn("access log {} cannot be opened again: {}", sink.path(), e.toString());
            }
        }
    }

    private void run() {
        while (!closed) {
            LockSupport.parkNanos(this, flushNanos);
            flush();
        }
    }

    private void flush(FileSink sink) {
        try {
            sink.reopenIfMoved();
        } catch (IOException e) {
            reopenFailed.increment();
            LOG.warn("access log {} cannot be opened again: {}", sink.path(), e.toString());
        }
        try {
            if (sink.drain()) {
                completed.increment();
            }
        } catch (IOException e) {
            failed.increment();
            LOG.warn("access log {} cannot be written: {}", sink.path(), e.toString());
        }
    }

    private static void closeQuietly(FileSink sink) {
        try {
            sink.close();
        } catch (IOException e) {
            LOG.warn("access log {} cannot be closed: {}", sink.path(), e.toString());
        }
    }

    /// Writes what is left and closes the files.
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        List<FileSink> last;
        synchronized (this) {
            last = new ArrayList<>(sinks.values());
            sinks.clear();
            for (FileSink sink : last) {
                flush(sink);
                closeQuietly(sink);
            }
        }
    }
}
