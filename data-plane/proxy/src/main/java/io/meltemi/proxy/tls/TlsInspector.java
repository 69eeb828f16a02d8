package io.meltemi.proxy.tls;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Looks at the first bytes of a downstream connection and hands them on untouched. Confined to its
/// event loop.
public final class TlsInspector extends ByteToMessageDecoder {
    /// Hears the result, once. It may change the pipeline behind the inspector; the inspector then
    /// removes itself and passes the bytes on.
    public interface Listener {
        void onClientHello(ChannelHandlerContext ctx, ClientHello hello);

        /// The time is over, or the hello is longer than 16 KiB or in more than 64 records: close
        /// the connection, or leave it open and it goes on as `raw_buffer`.
        void onGivenUp(ChannelHandlerContext ctx, String reason);
    }

    private final long timeoutMillis;
    private final Listener listener;
    private @Nullable Future<?> timeout;
    private boolean decided;

    /// @param timeoutMillis how long to wait for enough bytes; zero means for ever
    public TlsInspector(long timeoutMillis, Listener listener) {
        this.timeoutMillis = timeoutMillis;
        this.listener = listener;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) throws Exception {
        super.handlerAdded(ctx);
        if (timeoutMillis > 0) {
            timeout =
                    ctx.executor()
                            .schedule(
                                    () -> giveUp(ctx, "no decision after " + timeoutMillis + " ms"),
                                    timeoutMillis,
                                    TimeUnit.MILLISECONDS);
        }
    }

    @Override
    protected void handlerRemoved0(ChannelHandlerContext ctx) {
        stopTimeout();
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        if (decided) {
            return;
        }
        switch (ClientHelloParser.parse(in)) {
            case ClientHelloParser.NeedMore _ -> {}
            case ClientHelloParser.TooLong _ ->
                    giveUp(ctx, "client hello is longer than 16 KiB or 64 records");
            case ClientHelloParser.Done done -> {
                decided = true;
                stopTimeout();
                listener.onClientHello(ctx, done.hello());
                leave(ctx);
            }
        }
    }

    private void giveUp(ChannelHandlerContext ctx, String reason) {
        if (decided || ctx.isRemoved()) {
            return;
        }
        decided = true;
        stopTimeout();
        listener.onGivenUp(ctx, reason);
        leave(ctx);
    }

    private void leave(ChannelHandlerContext ctx) {
        if (ctx.channel().isActive() && !ctx.isRemoved()) {
            ctx.pipeline().remove(this);
        }
    }

    private void stopTimeout() {
        if (timeout != null) {
            timeout.cancel(false);
        }
    }
}
