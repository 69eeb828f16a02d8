package io.meltemi.proxy.filter.grpcweb;

import io.meltemi.proxy.filter.BodyStage;
import io.meltemi.proxy.filter.grpc.CallCounts;
import io.meltemi.proxy.http.GrpcStatusCodes;
import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.http.HeaderNames;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// A response that is not gRPC's, such as the proxy's own: its body becomes the `grpc-message` of
/// headers that are all there is. Confined to its event loop.
final class ForeignResponse implements BodyStage {
    /// Envoy: a body in one piece is kept as a whole, of several pieces this much.
    private static final int MOST = 16384;

    private final HeaderMap headers;
    private final CallCounts.@Nullable OfMethod call;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private boolean pieces;

    ForeignResponse(HeaderMap headers, CallCounts.@Nullable OfMethod call) {
        this.headers = headers;
        this.call = call;
    }

    @Override
    public ByteBuf onData(ByteBuf data, boolean endStream) {
        int room = pieces || !endStream ? MOST - body.size() : data.readableBytes();
        byte[] piece = new byte[Math.max(0, Math.min(room, data.readableBytes()))];
        data.readBytes(piece);
        data.release();
        body.writeBytes(piece);
        pieces = true;
        if (endStream) {
            finish();
        }
        return Unpooled.EMPTY_BUFFER;
    }

    @Override
    public ByteBuf onTrailers(HeaderMap trailers) {
        if (call != null) {
            call.ended(trailers.get(HeaderNames.GRPC_STATUS));
        }
        finish();
        return Unpooled.EMPTY_BUFFER;
    }

    private void finish() {
        int status = Integer.parseInt(String.valueOf(headers.get(HeaderNames.STATUS)));
        headers.set(
                HeaderNames.GRPC_MESSAGE,
                GrpcStatusCodes.percentEncoded(body.toString(StandardCharsets.UTF_8)));
        headers.set(HeaderNames.GRPC_STATUS, GrpcStatusCodes.ofHttp(status));
        headers.set(HeaderNames.CONTENT_LENGTH, "0");
    }
}
