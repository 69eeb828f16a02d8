package io.meltemi.proxy.filter.grpcweb;

import io.meltemi.proxy.filter.BodyStage;
import io.meltemi.proxy.filter.grpc.CallCounts;
import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.http.HeaderNames;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/// A response of gRPC on its way to a client of gRPC-Web: trailers become a frame, and for text
/// each frame becomes base64 of its own. Confined to its event loop.
final class WebResponse implements BodyStage {
    private static final int HEAD = 5;
    private static final byte TRAILERS = (byte) 0x80;

    private final boolean text;
    private final CallCounts.@Nullable OfMethod call;
    private ByteBuf partial = Unpooled.EMPTY_BUFFER;

    WebResponse(boolean text, CallCounts.@Nullable OfMethod call) {
        this.text = text;
        this.call = call;
    }

    @Override
    public ByteBuf onData(ByteBuf data, boolean endStream) {
        if (!text) {
            return data;
        }
        ByteBuf all = partial.isReadable() ? Unpooled.wrappedBuffer(partial, data) : data;
        ByteBuf encoded = Unpooled.buffer(all.readableBytes() * 4 / 3 + 8);
        while (all.readableBytes() >= HEAD) {
            long length = HEAD + all.getUnsignedInt(all.readerIndex() + 1);
            if (length > all.readableBytes()) {
                break;
            }
            byte[] frame = new byte[(int) length];
            all.readBytes(frame);
            encoded.writeBytes(Base64.getEncoder().encode(frame));
        }
        partial = all.isReadable() ? Unpooled.copiedBuffer(all) : Unpooled.EMPTY_BUFFER;
        all.release();
        return encoded;
    }

    @Override
    public ByteBuf onTrailers(HeaderMap trailers) {
        if (call != null) {
            call.ended(trailers.get(HeaderNames.GRPC_STATUS));
        }
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < trailers.size(); i++) {
            lines.append(trailers.name(i)).append(':').append(trailers.value(i)).append("\r\n");
        }
        trailers.clear();
        byte[] payload = lines.toString().getBytes(StandardCharsets.ISO_8859_1);
        byte[] frame =
                ByteBuffer.allocate(HEAD + payload.length)
                        .put(TRAILERS)
                        .putInt(payload.length)
                        .put(payload)
                        .array();
        return Unpooled.wrappedBuffer(text ? Base64.getEncoder().encode(frame) : frame);
    }

    @Override
    public void close() {
        partial.release();
        partial = Unpooled.EMPTY_BUFFER;
    }
}
