package io.meltemi.proxy.filter.compression;

import java.util.function.Supplier;

/// One way to compress. Thread-safe.
///
/// @param coding its name in `content-encoding` and `accept-encoding`
/// @param statName its name in counters
/// @param coders makes one for each body
public record CompressorLibrary(String coding, String statName, Supplier<StreamCoder> coders) {}
