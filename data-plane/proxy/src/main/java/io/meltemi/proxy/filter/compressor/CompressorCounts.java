package io.meltemi.proxy.filter.compressor;

import io.meltemi.proxy.filter.FilterStats;

/// What is counted of messages and of why they are compressed or not. Thread-safe.
record CompressorCounts(
        Direction request,
        Direction response,
        FilterStats.Count notCompressedEtag,
        FilterStats.Count noAcceptHeader,
        FilterStats.Count headerIdentity,
        FilterStats.Count headerUsed,
        FilterStats.Count headerOvershadowed,
        FilterStats.Count headerWildcard,
        FilterStats.Count headerNotValid) {
    /// Of one direction. Thread-safe.
    record Direction(
            FilterStats.Count compressed,
            FilterStats.Count notCompressed,
            FilterStats.Count uncompressedBytes,
            FilterStats.Count compressedBytes) {
        static Direction of(FilterStats stats, String prefix) {
            return new Direction(
                    stats.counter(prefix + "compressed"),
                    stats.counter(prefix + "not_compressed"),
                    stats.counter(prefix + "total_uncompressed_bytes"),
                    stats.counter(prefix + "total_compressed_bytes"));
        }

        void bytes(long uncompressed, long compressed) {
            uncompressedBytes.add(uncompressed);
            compressedBytes.add(compressed);
        }
    }

    /// @param directed whether the configuration names the response's direction; then some of the
    ///   names do
    static CompressorCounts of(FilterStats stats, String prefix, boolean directed) {
        return new CompressorCounts(
                Direction.of(stats, prefix + "request."),
                Direction.of(stats, directed ? prefix + "response." : prefix),
                stats.counter(prefix + "not_compressed_etag"),
                stats.counter(prefix + "no_accept_header"),
                stats.counter(prefix + "header_identity"),
                stats.counter(prefix + "header_compressor_used"),
                stats.counter(prefix + "header_compressor_overshadowed"),
                stats.counter(prefix + "header_wildcard"),
                stats.counter(prefix + "header_not_valid"));
    }
}
