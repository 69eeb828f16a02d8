package io.meltemi.proxy.observe.tracing;

import io.meltemi.proxy.observe.ExchangeRecord;
import io.opentelemetry.proto.trace.v1.Span;

/// The moments of a request that `verbose` adds to spans, by Envoy's names (tracer_impl.cc,
/// `annotateVerbose`). Immutable.
final class SpanEvents {
    private SpanEvents() {}

    /// Of the whole exchange; those of the upstream are the last attempt's.
    static void downstream(ExchangeRecord record, Span.Builder span) {
        add(record, record.requestReceivedNanos, "last_downstream_rx_byte_received", span);
        sent(record, span);
        received(record, span);
        add(record, record.downstreamFirstSentNanos, "first_downstream_tx_byte_sent", span);
        add(record, record.downstreamLastSentNanos, "last_downstream_tx_byte_sent", span);
    }

    /// Of an attempt.
    static void upstream(ExchangeRecord record, Span.Builder span) {
        sent(record, span);
        if (record.trace.upstreamHeaders != null) {
            received(record, span);
        }
    }

    private static void sent(ExchangeRecord record, Span.Builder span) {
        add(record, record.upstreamFirstSentNanos, "first_upstream_tx_byte_sent", span);
        add(record, record.upstreamLastSentNanos, "last_upstream_tx_byte_sent", span);
    }

    private static void received(ExchangeRecord record, Span.Builder span) {
        add(record, record.upstreamFirstReceivedNanos, "first_upstream_rx_byte_received", span);
        add(record, record.upstreamLastReceivedNanos, "last_upstream_rx_byte_received", span);
    }

    private static void add(ExchangeRecord record, long nanos, String name, Span.Builder span) {
        if (nanos != ExchangeRecord.NEVER) {
            span.addEventsBuilder().setName(name).setTimeUnixNano(record.startEpochNanos + nanos);
        }
    }
}
