package io.meltemi.proxy.filter.compression;

import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.extensions.compression.brotli.decompressor.v3.Brotli;
import io.envoyproxy.envoy.extensions.compression.gzip.decompressor.v3.Gzip;
import io.envoyproxy.envoy.extensions.compression.zstd.decompressor.v3.Zstd;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.check.SupportedFields;
import io.meltemi.proxy.filter.FilterStats;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Compiles `decompressor_library`. Immutable: pure functions.
public final class DecompressorLibraries {
    private static final int MAX_RATIO = 100;

    private static final SupportedFields FIELDS =
            SupportedFields.builder()
                    .supports(Gzip.getDescriptor(), "chunk_size max_inflate_ratio")
                    // how far back a body may refer at most: the JDK's zlib takes what is allowed
                    .ignores(Gzip.getDescriptor(), "window_bits")
                    .supports(Brotli.getDescriptor(), "chunk_size")
                    // how brotli takes its memory
                    .ignores(Brotli.getDescriptor(), "disable_ring_buffer_reallocation")
                    .supports(Zstd.getDescriptor(), "chunk_size")
                    .build();

    private DecompressorLibraries() {}

    /// @param at the place of `decompressor_library`
    /// @return null when it was refused
    public static @Nullable DecompressorLibrary compile(
            TypedExtensionConfig library, ConfigPlace at) {
        ConfigPlace place = at.field("typed_config");
        if (CodecFields.is(library, Gzip.class)) {
            return gzip(library, place);
        }
        if (CodecFields.is(library, Brotli.class)) {
            return brotli(library, place);
        }
        if (CodecFields.is(library, Zstd.class)) {
            return zstd(library, place);
        }
        place.refuse("'" + library.getTypedConfig().getTypeUrl() + "' is no decompressor here");
        return null;
    }

    private static @Nullable DecompressorLibrary gzip(
            TypedExtensionConfig library, ConfigPlace at) {
        Gzip gzip = CodecFields.open(library, Gzip.getDefaultInstance(), FIELDS, at);
        if (gzip == null) {
            return null;
        }
        CodecFields.number(
                gzip.hasWindowBits(), gzip.getWindowBits(), 15, 9, 15, at.field("window_bits"));
        int chunk = CodecFields.chunkBytes(gzip.hasChunkSize(), gzip.getChunkSize(), at);
        int ratio =
                CodecFields.number(
                        gzip.hasMaxInflateRatio(),
                        gzip.getMaxInflateRatio(),
                        MAX_RATIO,
                        1,
                        1032,
                        at.field("max_inflate_ratio"));
        return new DecompressorLibrary(
                "gzip",
                "gzip",
                stats -> {
                    FilterStats.Count errors = stats.counter("zlib_data_error");
                    return () -> new GzipDecompressor(chunk, ratio, errors);
                });
    }

    private static @Nullable DecompressorLibrary brotli(
            TypedExtensionConfig library, ConfigPlace at) {
        Brotli brotli = CodecFields.open(library, Brotli.getDefaultInstance(), FIELDS, at);
        if (brotli == null || !NativeCodecs.brotli(at)) {
            return null;
        }
        int chunk = CodecFields.chunkBytes(brotli.hasChunkSize(), brotli.getChunkSize(), at);
        return new DecompressorLibrary(
                "br",
                "brotli",
                stats -> {
                    FilterStats.Count errors = stats.counter("brotli_error");
                    return () -> new BrotliDecompressor(chunk, errors);
                });
    }

    private static @Nullable DecompressorLibrary zstd(
            TypedExtensionConfig library, ConfigPlace at) {
        Zstd zstd = CodecFields.open(library, Zstd.getDefaultInstance(), FIELDS, at);
        if (zstd == null || !NativeCodecs.zstd(at)) {
            return null;
        }
        int chunk = CodecFields.chunkBytes(zstd.hasChunkSize(), zstd.getChunkSize(), at);
        return new DecompressorLibrary("zstd", "zstd", stats -> zstdCoders(stats, chunk));
    }

    private static Supplier<StreamCoder> zstdCoders(FilterStats stats, int chunk) {
        ZstdDecompressor.Errors errors =
                new ZstdDecompressor.Errors(
                        stats.counter("zstd_generic_error"),
                        stats.counter("zstd_dictionary_error"),
                        stats.counter("zstd_checksum_wrong_error"),
                        stats.counter("zstd_memory_error"));
        return () -> new ZstdDecompressor(chunk, errors);
    }
}
