package io.meltemi.bench.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.nio.charset.StandardCharsets;

/// An upstream that costs next to nothing: answers each request with the same bytes, reading only
/// where requests end. Thread-safe.
public final class Http1Upstream implements Upstream {
    private final UpstreamServer server;

    /// @param size bytes of each answer's body
    public Http1Upstream(int size) {
        byte[] answer = answer(size);
        server = new UpstreamServer(() -> new ChannelHandler[] {new Answers(answer)});
    }

    private static byte[] answer(int size) {
        String head =
                "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: "
                        + size
                        + "\r\n\r\n";
        return (head + "x".repeat(size)).getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public int port() {
        return server.port();
    }

    @Override
    public void close() {
        server.close();
    }

    /// Confined to its connection's loop. Requests have no bodies: each ends with an empty line.
    private static final class Answers extends ChannelInboundHandlerAdapter {
        private static final int END = 0x0d0a0d0a;

        private final byte[] answer;
        private int last4;

        Answers(byte[] answer) {
            this.answer = answer;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf bytes = (ByteBuf) message;
            try {
                while (bytes.isReadable()) {
                    last4 = (last4 << 8) | (bytes.readByte() & 0xff);
                    if (last4 == END) {
                        ChannelFuture _ =
                                context.write(
                                        Unpooled.wrappedBuffer(answer), context.voidPromise());
                    }
                }
            } finally {
                bytes.release();
            }
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            context.flush();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            ChannelFuture _ = context.close();
        }
    }
}
