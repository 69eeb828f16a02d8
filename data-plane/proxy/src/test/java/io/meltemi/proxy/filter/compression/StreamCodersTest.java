package io.meltemi.proxy.filter.compression;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class StreamCodersTest {
    private final Map<String, Long> errors = new TreeMap<>();

    @ParameterizedTest
    @CsvSource({
        "gzip, 1",
        "gzip, 9",
        "gzip, 70000",
        "br, 1",
        "br, 9",
        "br, 70000",
        "zstd, 1",
        "zstd, 9",
        "zstd, 70000"
    })
    void whatIsCompressedInPiecesComesBackFromPieces(String coding, int piece) throws IOException {
        byte[] text = ("all work and no play ".repeat(900) + noise()).getBytes(latin());

        byte[] compressed = all(compressor(coding), text, piece);
        byte[] plain = all(decompressor(coding), compressed, piece);

        assertThat(plain).isEqualTo(text);
        // Small pieces, each flushed, cost more than they save.
        assertThat(piece < 1000 || compressed.length < text.length / 3).isTrue();
        assertThat(errors).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"gzip, zlib_data_error", "br, brotli_error", "zstd, zstd_generic_error"})
    void whatIsBrokenIsCountedOnceAndEndsThere(String coding, String error) throws IOException {
        byte[] broken = "no such coding, and a few more words".getBytes(latin());

        assertThat(all(decompressor(coding), broken, 5).length).isLessThan(broken.length);
        assertThat(errors).containsExactly(Map.entry(error, 1L));
    }

    @Test
    void aNamedGzipMemberIsReadAndWhatFollowsDropped() throws IOException {
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(zipped)) {
            out.write("words".getBytes(latin()));
        }
        byte[] member = zipped.toByteArray();
        // RFC 1952 §2.3: a name (8) and a header checksum (2), which nobody checks.
        byte[] named = new byte[member.length + 5 + 4];
        System.arraycopy(member, 0, named, 0, 10);
        named[3] = 8 | 2;
        System.arraycopy("ab\0xy".getBytes(latin()), 0, named, 10, 5);
        System.arraycopy(member, 10, named, 15, member.length - 10);

        assertThat(all(decompressor("gzip"), named, 3)).isEqualTo("words".getBytes(latin()));
        assertThat(errors).isEmpty();
    }

    @Test
    void whatGrowsBeyondAHundredfoldIsCutOff() throws IOException {
        byte[] zeros = new byte[8 * 1024 * 1024];

        byte[] plain = all(decompressor("gzip"), all(compressor("gzip"), zeros, 65_536), 1 << 20);

        assertThat(plain.length).isLessThan(zeros.length);
        assertThat(errors).containsExactly(Map.entry("zlib_data_error", 1L));
    }

    private static java.nio.charset.Charset latin() {
        return StandardCharsets.ISO_8859_1;
    }

    private static String noise() {
        byte[] bytes = new byte[3000];
        new Random(7).nextBytes(bytes);
        return new String(bytes, latin());
    }

    private static byte[] all(Supplier<StreamCoder> coders, byte[] data, int piece)
            throws IOException {
        StreamCoder coder = coders.get();
        ByteArrayOutputStream result = new ByteArrayOutputStream();
        ByteBuf rest = Unpooled.wrappedBuffer(data);
        while (rest.isReadable()) {
            ByteBuf next = rest.readRetainedSlice(Math.min(piece, rest.readableBytes()));
            ByteBuf out = coder.code(next, !rest.isReadable());
            out.readBytes(result, out.readableBytes());
            out.release();
        }
        coder.close();
        return result.toByteArray();
    }

    private static Supplier<StreamCoder> compressor(String coding) {
        ConfigPlace at = ConfigPlace.root("");
        Message config =
                switch (coding) {
                    case "br" ->
                            io.envoyproxy.envoy.extensions.compression.brotli.compressor.v3.Brotli
                                    .getDefaultInstance();
                    case "zstd" ->
                            io.envoyproxy.envoy.extensions.compression.zstd.compressor.v3.Zstd
                                    .getDefaultInstance();
                    default ->
                            io.envoyproxy.envoy.extensions.compression.gzip.compressor.v3.Gzip
                                    .getDefaultInstance();
                };
        CompressorLibrary library = CompressorLibraries.compile(library(config), at);
        assertThat(at.problems()).isEmpty();
        return Objects.requireNonNull(library).coders();
    }

    private Supplier<StreamCoder> decompressor(String coding) {
        ConfigPlace at = ConfigPlace.root("");
        Message config =
                switch (coding) {
                    case "br" ->
                            io.envoyproxy.envoy.extensions.compression.brotli.decompressor.v3.Brotli
                                    .getDefaultInstance();
                    case "zstd" ->
                            io.envoyproxy.envoy.extensions.compression.zstd.decompressor.v3.Zstd
                                    .getDefaultInstance();
                    default ->
                            io.envoyproxy.envoy.extensions.compression.gzip.decompressor.v3.Gzip
                                    .getDefaultInstance();
                };
        DecompressorLibrary library = DecompressorLibraries.compile(library(config), at);
        assertThat(at.problems()).isEmpty();
        return Objects.requireNonNull(library)
                .makers()
                .apply(name -> amount -> errors.merge(name, amount, Long::sum));
    }

    private static TypedExtensionConfig library(Message config) {
        return TypedExtensionConfig.newBuilder().setTypedConfig(Any.pack(config)).build();
    }
}
