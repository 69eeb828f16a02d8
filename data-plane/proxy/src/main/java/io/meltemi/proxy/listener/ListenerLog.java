package io.meltemi.proxy.listener;

import io.meltemi.proxy.observe.ExchangeRecord;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;

/// Counts the bytes of a connection for its listener's own access log; installed only where there
/// is one. Confined to its event loop.
final class ListenerLog extends ChannelDuplexHandler {
    private final ExchangeRecord record;

    ListenerLog(ExchangeRecord record) {
        this.record = record;
    }

    ExchangeRecord record() {
        return record;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof ByteBuf bytes) {
            record.bytesReceived += bytes.readableBytes();
        }
        ctx.fireChannelRead(message);
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // the promise hears it
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        if (message instanceof ByteBuf bytes) {
            record.bytesSent += bytes.readableBytes();
        }
        ctx.write(message, promise);
    }
}
