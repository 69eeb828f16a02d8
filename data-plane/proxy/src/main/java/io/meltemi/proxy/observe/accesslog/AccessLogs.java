package io.meltemi.proxy.observe.accesslog;

import io.meltemi.proxy.observe.ExchangeLog;
import io.meltemi.proxy.observe.ExchangeRecord;
import java.util.List;

/// The access logs of one listener, connection manager or TCP proxy, compiled. Immutable: what it
/// writes goes to buffers of the record's worker.
public final class AccessLogs implements AutoCloseable {
    /// No log configured.
    public static final AccessLogs NONE = new AccessLogs(List.of());

    private final Entry[] entries;

    AccessLogs(List<Entry> entries) {
        this.entries = entries.toArray(Entry[]::new);
    }

    public boolean isEmpty() {
        return entries.length == 0;
    }

    /// Writes a finished exchange or connection to each log that wants it. `HOT`; only on the event
    /// loop of the record's worker.
    public void log(ExchangeRecord record) {
        for (Entry entry : entries) {
            if (entry.filter.admits(record)) {
                entry.log.write(record);
            }
        }
    }

    /// Gives back files and streams, when the configuration is out of force and its last exchange
    /// over.
    @Override
    public void close() {
        for (Entry entry : entries) {
            entry.log.close();
        }
    }

    record Entry(RecordFilter filter, ExchangeLog log) {}
}
