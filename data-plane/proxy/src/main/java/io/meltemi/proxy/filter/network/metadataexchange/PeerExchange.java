package io.meltemi.proxy.filter.network.metadataexchange;

import io.meltemi.proxy.observe.PeerFound;
import io.meltemi.proxy.observe.PeerMetadata;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// One connection's exchange, on either side of it: puts what this workload tells before its first
/// bytes and takes what the peer tells from before the peer's; then it is gone. Confined to its
/// event loop.
///
/// Istio: only where ALPN has agreed to it. What does not begin with the magic number is the
/// application's, and goes on as it came.
@SuppressWarnings("FutureReturnValueIgnored") // a failed write ends the connection
final class PeerExchange extends ChannelDuplexHandler {
    /// No workload has so many labels; a peer must not have this side keep what it likes.
    private static final int MAX_BYTES = 64 * 1024;

    private final ExchangeSettings settings;
    private final Predicate<ChannelPipeline> agreed;
    private @Nullable ByteBuf gathered;
    private boolean begun;
    private boolean over;

    /// @param agreed whether both sides have agreed to it, asked when TLS is done
    PeerExchange(ExchangeSettings settings, Predicate<ChannelPipeline> agreed) {
        this.settings = settings;
        this.agreed = agreed;
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        begin(ctx);
        ctx.write(message, promise);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        boolean first = !begun;
        begin(ctx);
        if (over) {
            ctx.fireChannelRead(message);
            return;
        }
        if (first) {
            ctx.flush();
        }
        gather(ctx, (ByteBuf) message);
        take(ctx);
    }

    /// What comes first decides whether there is an exchange.
    private void begin(ChannelHandlerContext ctx) {
        if (begun) {
            return;
        }
        begun = true;
        if (!agreed.test(ctx.pipeline())) {
            settings.counts().alpnProtocolNotFound().increment();
            end(ctx, null);
            return;
        }
        settings.counts().alpnProtocolFound().increment();
        ctx.write(settings.own());
        settings.counts().metadataAdded().increment();
    }

    private void gather(ChannelHandlerContext ctx, ByteBuf bytes) {
        ByteBuf before = gathered;
        if (before == null) {
            gathered = bytes;
            return;
        }
        ByteBuf all = ctx.alloc().buffer(before.readableBytes() + bytes.readableBytes());
        all.writeBytes(before).writeBytes(bytes);
        before.release();
        bytes.release();
        gathered = all;
    }

    private void take(ChannelHandlerContext ctx) {
        ByteBuf bytes = gathered;
        if (bytes == null || bytes.readableBytes() < ExchangeSettings.HEAD_BYTES) {
            return;
        }
        if (bytes.getInt(bytes.readerIndex()) != ExchangeSettings.MAGIC) {
            settings.counts().initialHeaderNotFound().increment();
            end(ctx, null);
            return;
        }
        int length = bytes.getInt(bytes.readerIndex() + 4);
        if (length < 0 || length > MAX_BYTES) {
            settings.counts().headerNotFound().increment();
            drop();
            ctx.close();
            return;
        }
        if (bytes.readableBytes() < ExchangeSettings.HEAD_BYTES + length) {
            return;
        }
        byte[] message = new byte[length];
        bytes.skipBytes(ExchangeSettings.HEAD_BYTES).readBytes(message);
        PeerMetadata peer = settings.read(message);
        if (peer == null) {
            settings.counts().headerNotFound().increment();
        }
        end(ctx, peer);
    }

    /// Tells who the peer is, hands on what is not the exchange's, and leaves.
    private void end(ChannelHandlerContext ctx, @Nullable PeerMetadata peer) {
        over = true;
        ctx.fireUserEventTriggered(new PeerFound(peer));
        ByteBuf rest = gathered;
        gathered = null;
        if (rest != null && rest.isReadable()) {
            ctx.fireChannelRead(rest);
        } else if (rest != null) {
            rest.release();
        }
        if (!ctx.isRemoved()) {
            ctx.pipeline().remove(this);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            // What is half a message is nobody's.
            drop();
        }
        ctx.fireUserEventTriggered(event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        drop();
        ctx.fireChannelInactive();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        drop();
    }

    private void drop() {
        if (gathered != null) {
            gathered.release();
            gathered = null;
        }
    }
}
