package io.meltemi.proxy.filter.compression;

import com.aayushatharva.brotli4j.encoder.Encoder;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.extensions.compression.brotli.compressor.v3.Brotli;
import io.envoyproxy.envoy.extensions.compression.gzip.compressor.v3.Gzip;
import io.envoyproxy.envoy.extensions.compression.zstd.compressor.v3.Zstd;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.check.SupportedFields;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;

/// Compiles `compressor_library`. Immutable: pure functions.
public final class CompressorLibraries {
    private static final int BROTLI_QUALITY = 3;
    private static final int BROTLI_WINDOW_BITS = 18;
    private static final int ZSTD_LEVEL = 3;

    private static final SupportedFields FIELDS =
            SupportedFields.builder()
                    .supports(Gzip.getDescriptor(), "compression_level compression_strategy")
                    // how much memory zlib takes: the JDK's has its own
                    .ignores(Gzip.getDescriptor(), "memory_level window_bits chunk_size")
                    .supports(Brotli.getDescriptor(), "quality encoder_mode window_bits chunk_size")
                    // how much brotli looks at together: the library has no way to tell it
                    .ignores(
                            Brotli.getDescriptor(),
                            "input_block_bits disable_literal_context_modeling")
                    .supports(
                            Zstd.getDescriptor(),
                            "compression_level enable_checksum strategy chunk_size")
                    .build();

    private CompressorLibraries() {}

    /// @param at the place of `compressor_library`
    /// @return null when it was refused
    public static @Nullable CompressorLibrary compile(
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
        place.refuse("'" + library.getTypedConfig().getTypeUrl() + "' is no compressor here");
        return null;
    }

    private static @Nullable CompressorLibrary gzip(TypedExtensionConfig library, ConfigPlace at) {
        Gzip gzip = CodecFields.open(library, Gzip.getDefaultInstance(), FIELDS, at);
        if (gzip == null) {
            return null;
        }
        int level =
                gzip.getCompressionLevelValue() == 0
                        ? Deflater.DEFAULT_COMPRESSION
                        : gzip.getCompressionLevelValue();
        int strategy = strategy(gzip, at);
        return new CompressorLibrary("gzip", "gzip", () -> new GzipCompressor(level, strategy));
    }

    private static int strategy(Gzip gzip, ConfigPlace at) {
        return switch (gzip.getCompressionStrategy()) {
            case DEFAULT_STRATEGY -> Deflater.DEFAULT_STRATEGY;
            case FILTERED -> Deflater.FILTERED;
            case HUFFMAN_ONLY -> Deflater.HUFFMAN_ONLY;
            case RLE, FIXED, UNRECOGNIZED -> {
                at.field("compression_strategy")
                        .refuse(gzip.getCompressionStrategy() + " is not supported");
                yield Deflater.DEFAULT_STRATEGY;
            }
        };
    }

    private static @Nullable CompressorLibrary brotli(
            TypedExtensionConfig library, ConfigPlace at) {
        Brotli brotli = CodecFields.open(library, Brotli.getDefaultInstance(), FIELDS, at);
        if (brotli == null || !NativeCodecs.brotli(at)) {
            return null;
        }
        int quality =
                CodecFields.number(
                        brotli.hasQuality(),
                        brotli.getQuality(),
                        BROTLI_QUALITY,
                        0,
                        11,
                        at.field("quality"));
        int window =
                CodecFields.number(
                        brotli.hasWindowBits(),
                        brotli.getWindowBits(),
                        BROTLI_WINDOW_BITS,
                        10,
                        24,
                        at.field("window_bits"));
        CodecFields.number(
                brotli.hasInputBlockBits(),
                brotli.getInputBlockBits(),
                24,
                16,
                24,
                at.field("input_block_bits"));
        int chunk = CodecFields.chunkBytes(brotli.hasChunkSize(), brotli.getChunkSize(), at);
        Encoder.Mode mode =
                switch (brotli.getEncoderMode()) {
                    case DEFAULT, GENERIC -> Encoder.Mode.GENERIC;
                    case TEXT -> Encoder.Mode.TEXT;
                    case FONT -> Encoder.Mode.FONT;
                    case UNRECOGNIZED -> {
                        at.field("encoder_mode")
                                .refuse(brotli.getEncoderModeValue() + " is no mode");
                        yield Encoder.Mode.GENERIC;
                    }
                };
        return new CompressorLibrary(
                "br", "brotli", () -> new BrotliCompressor(chunk, quality, window, mode));
    }

    private static @Nullable CompressorLibrary zstd(TypedExtensionConfig library, ConfigPlace at) {
        Zstd zstd = CodecFields.open(library, Zstd.getDefaultInstance(), FIELDS, at);
        if (zstd == null || !NativeCodecs.zstd(at)) {
            return null;
        }
        int level =
                CodecFields.number(
                        zstd.hasCompressionLevel(),
                        zstd.getCompressionLevel(),
                        ZSTD_LEVEL,
                        0,
                        com.github.luben.zstd.Zstd.maxCompressionLevel(),
                        at.field("compression_level"));
        if (zstd.getStrategy() == Zstd.Strategy.UNRECOGNIZED) {
            at.field("strategy").refuse(zstd.getStrategyValue() + " is no strategy");
        }
        int strategy = zstd.getStrategyValue();
        int chunk = CodecFields.chunkBytes(zstd.hasChunkSize(), zstd.getChunkSize(), at);
        boolean checksum = zstd.getEnableChecksum();
        return new CompressorLibrary(
                "zstd", "zstd", () -> new ZstdCompressor(chunk, level, strategy, checksum));
    }
}
