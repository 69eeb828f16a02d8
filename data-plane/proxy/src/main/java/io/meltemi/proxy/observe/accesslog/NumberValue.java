package io.meltemi.proxy.observe.accesslog;

import io.meltemi.proxy.observe.ExchangeRecord;
import java.util.function.ToLongFunction;

/// A value that JSON writes without quotes; negative means there is none. Immutable.
record NumberValue(ToLongFunction<ExchangeRecord> number) implements Value {
    @Override
    public boolean write(ExchangeRecord record, LogBuffer out) {
        long value = number.applyAsLong(record);
        if (value < 0) {
            return false;
        }
        out.number(value);
        return true;
    }

    @Override
    public boolean writeJson(ExchangeRecord record, LogBuffer out) {
        return write(record, out);
    }
}
