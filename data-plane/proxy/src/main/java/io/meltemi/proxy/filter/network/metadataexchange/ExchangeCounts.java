package io.meltemi.proxy.filter.network.metadataexchange;

import io.meltemi.proxy.filter.FilterStats;

/// How exchanges go, under Istio's names. Thread-safe.
record ExchangeCounts(
        FilterStats.Count alpnProtocolFound,
        FilterStats.Count alpnProtocolNotFound,
        FilterStats.Count initialHeaderNotFound,
        FilterStats.Count headerNotFound,
        FilterStats.Count metadataAdded) {
    /// @param root for whole names
    static ExchangeCounts of(FilterStats root) {
        return new ExchangeCounts(
                root.counter("metadata_exchange.alpn_protocol_found"),
                root.counter("metadata_exchange.alpn_protocol_not_found"),
                root.counter("metadata_exchange.initial_header_not_found"),
                root.counter("metadata_exchange.header_not_found"),
                root.counter("metadata_exchange.metadata_added"));
    }
}
