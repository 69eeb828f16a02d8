package io.meltemi.proxy.filter.compressor;

import io.meltemi.proxy.filter.FilterStats;

/// What is counted of responses and of why they are compressed or not. Thread-safe.
record CompressorCounts(
        FilterStats.Count compressed,
        FilterStats.Count notCompressed,
        FilterStats.Count totalUncompressed,
        FilterStats.Count totalCompressed,
        FilterStats.Count notCompressedEtag,
        FilterStats.Count noAcceptHeader,
        FilterStats.Count headerIdentity,
        FilterStats.Count headerUsed,
        FilterStats.Count headerWildcard,
        FilterStats.Count headerNotValid,
        FilterStats.Count requestNotCompressed) {
    /// @param directed whether the configuration names the response's direction; then some of the
    ///   names do
    static CompressorCounts of(FilterStats stats, String prefix, boolean directed) {
        String response = directed ? prefix + "response." : prefix;
        return new CompressorCounts(
                stats.counter(response + "compressed"),
                stats.counter(response + "not_compressed"),
                stats.counter(response + "total_uncompressed_bytes"),
                stats.counter(response + "total_compressed_bytes"),
                stats.counter(prefix + "not_compressed_etag"),
                stats.counter(prefix + "no_accept_header"),
                stats.counter(prefix + "header_identity"),
                stats.counter(prefix + "header_compressor_used"),
                stats.counter(prefix + "header_wildcard"),
                stats.counter(prefix + "header_not_valid"),
                stats.counter(prefix + "request.not_compressed"));
    }

    void bytes(long uncompressed, long compressed) {
        totalUncompressed.add(uncompressed);
        totalCompressed.add(compressed);
    }
}
