package io.meltemi.proxy.listener;

import io.meltemi.proxy.http.h2.Http2Preface;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Looks at the first bytes of a plain connection for HTTP and hands them on untouched. Confined to
/// its event loop.
final class HttpInspector extends ByteToMessageDecoder {
    /// A request line longer than this is not waited for.
    private static final int MAX_LINE = 16 * 1024;

    private final Consumer<List<String>> found;
    private boolean done;

    /// @param found gets `h2c`, `http/1.1`, `http/1.0`, or nothing
    HttpInspector(Consumer<List<String>> found) {
        this.found = found;
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        if (done) {
            return;
        }
        List<String> protocols = look(in);
        if (protocols != null) {
            done = true;
            found.accept(protocols);
            if (ctx.channel().isActive()) {
                ctx.pipeline().remove(this);
            }
        }
    }

    /// Null when more bytes are needed.
    private static @Nullable List<String> look(ByteBuf in) {
        switch (Http2Preface.of(in)) {
            case HTTP2 -> {
                return List.of("h2c");
            }
            case NEED_MORE -> {
                return null;
            }
            case OTHER -> {}
        }
        return switch (RequestLine.of(in)) {
            case HTTP_1_1 -> List.of("http/1.1");
            case HTTP_1_0 -> List.of("http/1.0");
            case OTHER -> List.of();
            case NEED_MORE -> in.readableBytes() > MAX_LINE ? List.of() : null;
        };
    }
}
