package io.meltemi.proxy.filter.grpcweb;

import io.meltemi.proxy.filter.BodyStage;
import io.meltemi.proxy.filter.FilterStream;
import io.meltemi.proxy.http.LocalReply;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;

/// Decodes a body of base64, four characters at a time. Confined to its event loop.
final class TextRequest implements BodyStage {
    private static final LocalReply BAD_SIZE = refusal("grpc_base_64_decode_failed_bad_size");
    private static final LocalReply BAD_DATA = refusal("grpc_base_64_decode_failed");

    private final FilterStream stream;
    private byte[] rest = new byte[0];

    TextRequest(FilterStream stream) {
        this.stream = stream;
    }

    private static LocalReply refusal(String details) {
        return new LocalReply(
                400, "Bad gRPC-web request, invalid base64 data.", null, details, Map.of());
    }

    @Override
    public ByteBuf onData(ByteBuf data, boolean endStream) {
        byte[] text = Arrays.copyOf(rest, rest.length + data.readableBytes());
        data.readBytes(text, rest.length, data.readableBytes());
        data.release();
        int whole = text.length / 4 * 4;
        if (endStream && whole < text.length) {
            stream.reply(BAD_SIZE);
            return Unpooled.EMPTY_BUFFER;
        }
        rest = Arrays.copyOfRange(text, whole, text.length);
        try {
            return Unpooled.wrappedBuffer(Base64.getDecoder().decode(Arrays.copyOf(text, whole)));
        } catch (IllegalArgumentException _) {
            stream.reply(BAD_DATA);
            return Unpooled.EMPTY_BUFFER;
        }
    }
}
