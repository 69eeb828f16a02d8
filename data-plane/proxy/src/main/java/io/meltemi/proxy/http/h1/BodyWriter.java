package io.meltemi.proxy.http.h1;

import io.meltemi.proxy.http.HeaderMap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import java.nio.charset.StandardCharsets;

/// Writes the body of one message, chunked or as it is. Confined to its event loop. `HOT`.
@SuppressWarnings("FutureReturnValueIgnored") // failed writes end in channelInactive
final class BodyWriter {
    private static final ByteBuf CRLF = constant("\r\n");
    private static final byte[] NO_MORE_CHUNKS = "0\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final ByteBuf LAST_CHUNK = constant("0\r\n\r\n");
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private boolean chunked;
    private boolean none;

    private static ByteBuf constant(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        return Unpooled.unreleasableBuffer(
                Unpooled.directBuffer(bytes.length).writeBytes(bytes).asReadOnly());
    }

    /// @param isChunked whether the head said so
    /// @param hasNone whether the message cannot have a body; what is sent is dropped
    void start(boolean isChunked, boolean hasNone) {
        chunked = isChunked;
        none = hasNone;
    }

    void data(ChannelHandlerContext ctx, ByteBuf data) {
        int size = data.readableBytes();
        if (size == 0 || none) {
            data.release();
            return;
        }
        if (!chunked) {
            ctx.write(data, ctx.voidPromise());
            return;
        }
        ByteBuf line = ctx.alloc().directBuffer(10);
        int shift = (31 - Integer.numberOfLeadingZeros(size)) & ~3;
        for (; shift >= 0; shift -= 4) {
            line.writeByte(HEX[(size >>> shift) & 0xf]);
        }
        line.writeByte('\r').writeByte('\n');
        ctx.write(line, ctx.voidPromise());
        ctx.write(data, ctx.voidPromise());
        ctx.write(CRLF.duplicate(), ctx.voidPromise());
    }

    /// Ends with trailers; a body that is not chunked has no place for them.
    ///
    /// @param head lends its array
    void end(ChannelHandlerContext ctx, HeaderMap trailers, HeadWriter head) {
        if (chunked && !none) {
            head.begin();
            head.raw(NO_MORE_CHUNKS);
            head.fields(trailers);
            head.line();
            ctx.write(head.finish(ctx.alloc()), ctx.voidPromise());
        }
    }

    void end(ChannelHandlerContext ctx) {
        if (chunked && !none) {
            ctx.write(LAST_CHUNK.duplicate(), ctx.voidPromise());
        }
    }
}
