package io.meltemi.proxy.filter.decompressor;

import io.meltemi.proxy.filter.FilterStats;

/// What is counted of the messages of one direction. Thread-safe.
record DecompressorCounts(
        FilterStats.Count decompressed,
        FilterStats.Count notDecompressed,
        FilterStats.Count uncompressedBytes,
        FilterStats.Count compressedBytes) {
    static DecompressorCounts of(FilterStats stats, String prefix) {
        return new DecompressorCounts(
                stats.counter(prefix + "decompressed"),
                stats.counter(prefix + "not_decompressed"),
                stats.counter(prefix + "total_uncompressed_bytes"),
                stats.counter(prefix + "total_compressed_bytes"));
    }
}
