package io.meltemi.proxy.observe.accesslog;

import io.meltemi.proxy.observe.ExchangeRecord;

/// What one command operator of a format stands for. Immutable. `HOT`.
@FunctionalInterface
interface Value {
    /// Writes the value as text; returns false, having written nothing, when there is none.
    boolean write(ExchangeRecord record, LogBuffer out);

    /// Writes the value as one JSON value; returns false, having written nothing, when there is
    /// none.
    default boolean writeJson(ExchangeRecord record, LogBuffer out) {
        int mark = out.size();
        out.raw('"');
        boolean before = out.json(true);
        boolean present = write(record, out);
        out.json(before);
        if (present) {
            out.raw('"');
        } else {
            out.rollback(mark);
        }
        return present;
    }
}
