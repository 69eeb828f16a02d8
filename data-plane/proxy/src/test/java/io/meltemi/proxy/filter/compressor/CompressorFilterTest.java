package io.meltemi.proxy.filter.compressor;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.extensions.filters.http.compressor.v3.Compressor;
import io.meltemi.proxy.filter.BodyStage;
import io.meltemi.proxy.filter.FilterFixture;
import io.meltemi.proxy.filter.HttpFilter;
import io.meltemi.proxy.filter.testing.FakeFilterStream;
import io.meltemi.proxy.http.HeaderMap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CompressorFilterTest {
    private final FilterFixture fixture = new FilterFixture();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "gzip                    | USED      | gzip",
                "GZIP                    | NOT_VALID | -",
                "x, gzip                 | USED      | gzip",
                "gzip;q=0                | NOT_VALID | -",
                "gzip;q=0.5, identity    | IDENTITY  | -",
                "gzip;q=0.5, *;q=0.6     | WILDCARD  | br",
                "br;q=0, *               | WILDCARD  | gzip",
                "*                       | WILDCARD  | br",
                "identity;q=0            | NOT_VALID | -",
                "gzip, br                | USED      | gzip",
                "gzip;q=0.9, br          | USED      | br",
                "br, zstd                | USED      | zstd",
                "gzip;q=x                | NOT_VALID | -",
                "gzip;level=1            | USED      | gzip",
            })
    void theHighestWeightWins(String header, AcceptEncoding.Choice choice, String coding) {
        var decision = AcceptEncoding.choose(header, List.of("br", "gzip", "zstd"), "zstd");

        assertThat(decision).isEqualTo(new AcceptEncoding.Decision(choice, coding));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 100, 5000})
    void whatIsSentIsOneGzipWhereverPiecesEnd(int piece) throws IOException {
        HttpFilter filter =
                fixture.filter(
                        Compressor.newBuilder(),
                        "{\"compressor_library\": {\"name\": \"l\", \"typed_config\": {\"@type\":"
                                + " \"type.googleapis.com/envoy.extensions.compression.gzip"
                                + ".compressor.v3.Gzip\"}}}");
        FakeFilterStream stream = fixture.stream().header("accept-encoding", "gzip");
        HeaderMap response = new HeaderMap();
        response.add(":status", "200");
        response.add("etag", "\"strong\"");
        filter.onRequest(stream);
        filter.onResponse(stream, response, false);
        BodyStage stage = stream.responseStages().getFirst();
        String text = "all work and no play ".repeat(200);
        ByteBuf body = Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
        ByteArrayOutputStream sent = new ByteArrayOutputStream();

        while (body.isReadable()) {
            ByteBuf next = body.readRetainedSlice(Math.min(piece, body.readableBytes()));
            ByteBuf out = stage.onData(next, !body.isReadable());
            out.readBytes(sent, out.readableBytes());
        }

        var unzipped = new GZIPInputStream(new ByteArrayInputStream(sent.toByteArray()));
        assertThat(new String(unzipped.readAllBytes(), StandardCharsets.US_ASCII)).isEqualTo(text);
        assertThat(response.contains("etag")).isFalse();
        assertThat(response.get("vary")).isEqualTo("Accept-Encoding");
        assertThat(fixture.context().counts())
                .containsEntry(
                        "http.test.compressor.l.gzip.total_uncompressed_bytes",
                        (long) text.length());
    }

    @Test
    void anotherCodingIsRefusedByItsPath() {
        assertThat(
                        fixture.problems(
                                Compressor.newBuilder(),
                                "{\"compressor_library\": {\"name\": \"l\"}}"))
                .containsExactly("compressor_library.typed_config: '' is no compressor here");
    }

    @Test
    void settingsOutOfBoundsAreRefused() {
        String brotli =
                "{\"compressor_library\": {\"name\": \"l\", \"typed_config\": {\"@type\":"
                        + " \"type.googleapis.com/envoy.extensions.compression.brotli"
                        + ".compressor.v3.Brotli\", \"quality\": 12, \"window_bits\": 9}}}";

        assertThat(fixture.problems(Compressor.newBuilder(), brotli))
                .containsExactly(
                        "compressor_library.typed_config.quality: 12 is not within 0 and 11",
                        "compressor_library.typed_config.window_bits: 9 is not within 10 and 24");
    }
}
