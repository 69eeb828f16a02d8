package io.meltemi.proxy.observe.accesslog;

import io.meltemi.proxy.observe.ExchangeRecord;

/// How an exchange becomes a line. Immutable. `HOT`.
@FunctionalInterface
interface LineFormat {
    void write(ExchangeRecord record, LogBuffer out);
}
