package io.meltemi.proxy.filter.grpcweb;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.extensions.filters.http.grpc_web.v3.GrpcWeb;
import io.meltemi.proxy.filter.BodyStage;
import io.meltemi.proxy.filter.FilterFixture;
import io.meltemi.proxy.filter.HttpFilter;
import io.meltemi.proxy.filter.testing.FakeFilterStream;
import io.meltemi.proxy.http.HeaderMap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class GrpcWebFilterTest {
    private final FilterFixture fixture = new FilterFixture();
    private final HttpFilter filter = fixture.filter(GrpcWeb.newBuilder(), "{}");

    private FakeFilterStream textRequest() {
        FakeFilterStream stream =
                fixture.stream()
                        .header("content-type", "application/grpc-web-text")
                        .header("accept", "application/grpc-web-text")
                        .header("content-length", "12");
        filter.onRequest(stream);
        return stream;
    }

    private static ByteBuf bytes(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
    }

    private static String text(ByteBuf bytes) {
        return bytes.toString(StandardCharsets.ISO_8859_1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 7, 12})
    void textIsDecodedWhereverPiecesEnd(int piece) {
        BodyStage stage = textRequest().requestStages().getFirst();
        ByteBuf body = bytes("AAAAAANhYmM=");
        StringBuilder decoded = new StringBuilder();

        while (body.isReadable()) {
            ByteBuf next = body.readRetainedSlice(Math.min(piece, body.readableBytes()));
            decoded.append(text(stage.onData(next, !body.isReadable())));
        }

        assertThat(decoded).hasToString("\0\0\0\0\3abc");
    }

    @Test
    void aRequestBecomesOneOfGrpc() {
        HeaderMap request = textRequest().requestHeaders();

        assertThat(request.get("content-type")).isEqualTo("application/grpc");
        assertThat(request.get("te")).isEqualTo("trailers");
        assertThat(request.contains("content-length")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 5, 6, 14})
    void framesBecomeTextOfTheirOwnAndTrailersAFrame(int piece) {
        FakeFilterStream stream = textRequest();
        HeaderMap response = new HeaderMap();
        response.add(":status", "200");
        response.add("content-type", "application/grpc");
        filter.onResponse(stream, response, false);
        BodyStage stage = stream.responseStages().getFirst();
        ByteBuf body = bytes("\0\0\0\0\2ab\0\0\0\0\1c");
        StringBuilder sent = new StringBuilder();

        while (body.isReadable()) {
            ByteBuf next = body.readRetainedSlice(Math.min(piece, body.readableBytes()));
            sent.append(text(stage.onData(next, false)));
        }
        HeaderMap trailers = new HeaderMap();
        trailers.add("grpc-status", "0");
        String last = text(stage.onTrailers(trailers));

        assertThat(sent).hasToString(encoded("\0\0\0\0\2ab") + encoded("\0\0\0\0\1c"));
        assertThat(last).isEqualTo(encoded("\u0080\0\0\0\u000fgrpc-status:0\r\n"));
        assertThat(trailers.size()).isZero();
    }

    private static String encoded(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    @Test
    void whatIsNotOfGrpcBecomesAMessageInHeadersAlone() {
        FakeFilterStream stream = textRequest();
        HeaderMap response = new HeaderMap();
        response.add(":status", "503");
        response.add("content-type", "text/plain");
        filter.onResponse(stream, response, false);

        ByteBuf rest = stream.responseStages().getFirst().onData(bytes("50% off"), true);

        assertThat(rest.isReadable()).isFalse();
        assertThat(stream.isResponseHeld()).isTrue();
        assertThat(response.get("grpc-message")).isEqualTo("50%25 off");
        assertThat(response.get("grpc-status")).isEqualTo("14");
    }
}
