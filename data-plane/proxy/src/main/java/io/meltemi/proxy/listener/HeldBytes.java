package io.meltemi.proxy.listener;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// Keeps what was read of a connection that a network filter holds back: at most what an inspector
/// wanted, since nothing more is read. Confined to its event loop.
final class HeldBytes extends ChannelInboundHandlerAdapter {
    private final ArrayDeque<Object> held = new ArrayDeque<>();
    private @Nullable ChannelHandlerContext place;

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        place = ctx;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        held.add(message);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            held.add(event);
        } else {
            ctx.fireUserEventTriggered(event);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        drop();
        ctx.fireChannelInactive();
    }

    /// Hands on what is held to the handlers added since, and leaves.
    void release() {
        ChannelHandlerContext ctx = place;
        if (ctx == null || ctx.isRemoved()) {
            drop();
            return;
        }
        for (Object what = held.poll(); what != null; what = held.poll()) {
            if (what instanceof ChannelInputShutdownEvent) {
                ctx.fireUserEventTriggered(what);
            } else {
                ctx.fireChannelRead(what);
            }
        }
        ctx.fireChannelReadComplete();
        if (!ctx.isRemoved()) {
            ctx.pipeline().remove(this);
        }
    }

    private void drop() {
        held.forEach(ReferenceCountUtil::release);
        held.clear();
    }
}
