package io.meltemi.proxy.filter.compression;

import io.meltemi.proxy.filter.FilterStats;
import java.util.function.Function;
import java.util.function.Supplier;

/// One way to decompress. Thread-safe.
///
/// Envoy: a body that is broken is cut off where it breaks, and goes on with nothing in it.
///
/// @param coding its name in `content-encoding` and `accept-encoding`
/// @param statName its name in counters
/// @param makers given where its errors are counted, makes coders, one for each body
public record DecompressorLibrary(
        String coding, String statName, Function<FilterStats, Supplier<StreamCoder>> makers) {}
