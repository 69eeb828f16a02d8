package io.meltemi.proxy.observe.accesslog;

import java.nio.charset.StandardCharsets;

/// Files that lines about other things than requests are written to (health checks, ejections),
/// beside the access logs and by the same thread. Thread-safe.
public final class EventLogs {
    private final FileWriter files;

    public EventLogs(FileWriter files) {
        this.files = files;
    }

    /// Opens a file; close what you get.
    ///
    /// @throws IllegalArgumentException when it cannot be opened
    public EventLog open(String path) {
        return new EventLog(files, files.acquire(path));
    }

    /// One open file. Thread-safe by what [#write] says.
    public static final class EventLog implements AutoCloseable {
        private final FileWriter files;
        private final FileSink sink;

        private EventLog(FileWriter files, FileSink sink) {
            this.files = files;
            this.sink = sink;
        }

        /// Hands a line over; its end is added. Only on the event loop of this worker.
        public void write(int worker, String line) {
            LogBuffer buffer = sink.buffer(worker);
            buffer.clear();
            buffer.raw(line.getBytes(StandardCharsets.UTF_8));
            buffer.raw('\n');
            sink.append(worker);
        }

        @Override
        public void close() {
            files.release(sink);
        }
    }
}
