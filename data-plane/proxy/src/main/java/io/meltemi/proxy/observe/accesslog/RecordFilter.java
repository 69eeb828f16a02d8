package io.meltemi.proxy.observe.accesslog;

import io.meltemi.proxy.observe.ExchangeRecord;

/// Decides whether an exchange is logged. Immutable.
@FunctionalInterface
interface RecordFilter {
    RecordFilter ALL = _ -> true;

    boolean admits(ExchangeRecord record);
}
