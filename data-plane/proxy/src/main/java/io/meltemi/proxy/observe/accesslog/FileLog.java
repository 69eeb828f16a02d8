package io.meltemi.proxy.observe.accesslog;

import io.meltemi.proxy.observe.ExchangeLog;
import io.meltemi.proxy.observe.ExchangeRecord;

/// Writes lines of one format to one file. Immutable. `HOT`.
record FileLog(LineFormat format, FileSink sink, FileWriter writer) implements ExchangeLog {
    @Override
    public void write(ExchangeRecord record) {
        LogBuffer line = sink.buffer(record.worker);
        format.write(record, line);
        sink.append(record.worker);
    }

    @Override
    public void close() {
        writer.release(sink);
    }
}
