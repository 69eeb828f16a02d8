package io.meltemi.proxy.observe.tracing;

import io.meltemi.proxy.observe.ExchangeRecord;

/// The moments of a request that `verbose` adds to spans, by Envoy's names (tracer_impl.cc,
/// `annotateVerbose`). Immutable.
final class SpanEvents {
    private SpanEvents() {}

    /// Takes them one by one.
    @FunctionalInterface
    interface Events {
        /// @param epochNanos since 1970
        void add(String name, long epochNanos);
    }

    /// Of the whole exchange; those of the upstream are the last attempt's.
    static void downstream(ExchangeRecord record, Events to) {
        add(record, record.requestReceivedNanos, "last_downstream_rx_byte_received", to);
        sent(record, to);
        received(record, to);
        add(record, record.downstreamFirstSentNanos, "first_downstream_tx_byte_sent", to);
        add(record, record.downstreamLastSentNanos, "last_downstream_tx_byte_sent", to);
    }

    /// Of an attempt.
    static void upstream(ExchangeRecord record, Events to) {
        sent(record, to);
        if (record.trace.upstreamHeaders != null) {
            received(record, to);
        }
    }

    private static void sent(ExchangeRecord record, Events to) {
        add(record, record.upstreamFirstSentNanos, "first_upstream_tx_byte_sent", to);
        add(record, record.upstreamLastSentNanos, "last_upstream_tx_byte_sent", to);
    }

    private static void received(ExchangeRecord record, Events to) {
        add(record, record.upstreamFirstReceivedNanos, "first_upstream_rx_byte_received", to);
        add(record, record.upstreamLastReceivedNanos, "last_upstream_rx_byte_received", to);
    }

    private static void add(ExchangeRecord record, long nanos, String name, Events to) {
        if (nanos != ExchangeRecord.NEVER) {
            to.add(name, record.startEpochNanos + nanos);
        }
    }
}
