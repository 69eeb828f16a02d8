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
            value = {
                "gzip                    | USED",
                "GZIP                    | NOT_VALID",
                "br, gzip                | USED",
                "gzip;q=0                | NOT_VALID",
                "gzip;q=0, *             | NOT_VALID",
                "gzip;q=0.5, identity    | IDENTITY",
                "gzip;q=0.5, *;q=0.6     | WILDCARD",
                "*                       | WILDCARD",
                "identity;q=0            | NOT_VALID",
                "br                      | NOT_VALID",
                "gzip;q=x                | NOT_VALID",
                "gzip;level=1            | USED",
            })
    void theHighestWeightWins(String header, AcceptEncoding.Choice choice) {
        assertThat(AcceptEncoding.choose(header, "gzip", true)).isEqualTo(choice);
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
        assertThat(fixture.problems(Compressor.newBuilder(), "{\"compressor_library\": {}}"))
                .containsExactly("compressor_library.typed_config: '': only gzip is supported");
    }
}
