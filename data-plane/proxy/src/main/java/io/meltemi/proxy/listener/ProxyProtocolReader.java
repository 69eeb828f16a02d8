package io.meltemi.proxy.listener;

import io.meltemi.proxy.listener.ConnectionStart.Ends;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Consumer;

/// Takes the PROXY header off the front of a connection and tells what it says. Confined to its
/// event loop.
final class ProxyProtocolReader extends ByteToMessageDecoder {
    private final ProxyProtocol protocol;
    private final int worker;
    private final Ends ends;
    private final Consumer<Ends> next;
    private boolean decided;

    /// @param ends the connection's own
    /// @param next hears the ends that count; it may change the pipeline behind this handler
    ProxyProtocolReader(ProxyProtocol protocol, int worker, Ends ends, Consumer<Ends> next) {
        this.protocol = protocol;
        this.worker = worker;
        this.ends = ends;
        this.next = next;
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        if (decided) {
            return;
        }
        switch (ProxyProtocolHeader.parse(in)) {
            case ProxyProtocolHeader.NeedMore _ -> {}
            case ProxyProtocolHeader.None _ -> none(ctx, in);
            case ProxyProtocolHeader.Wrong(int version) -> {
                (version == 1 ? protocol.v1() : protocol.v2()).error().increment(worker);
                refuse(ctx, in);
            }
            case ProxyProtocolHeader.Found found -> found(ctx, in, found);
        }
    }

    private void none(ChannelHandlerContext ctx, ByteBuf in) {
        if (protocol.optional()) {
            protocol.notFoundAllowed().increment(worker);
            go(ctx, ends);
        } else {
            protocol.notFoundDisallowed().increment(worker);
            refuse(ctx, in);
        }
    }

    private void found(ChannelHandlerContext ctx, ByteBuf in, ProxyProtocolHeader.Found found) {
        ProxyProtocol.Version version = found.version() == 1 ? protocol.v1() : protocol.v2();
        if (!version.allowed()) {
            version.disallowed().increment(worker);
            if (protocol.optional()) {
                go(ctx, ends);
            } else {
                refuse(ctx, in);
            }
            return;
        }
        version.found().increment(worker);
        in.skipBytes(found.length());
        InetSocketAddress source = found.source();
        InetSocketAddress destination = found.destination();
        go(ctx, source == null || destination == null ? ends : new Ends(source, destination));
    }

    private void refuse(ChannelHandlerContext ctx, ByteBuf in) {
        decided = true;
        in.skipBytes(in.readableBytes());
        var _ = ctx.close();
    }

    private void go(ChannelHandlerContext ctx, Ends those) {
        decided = true;
        next.accept(those);
        if (ctx.channel().isActive()) {
            ctx.pipeline().remove(this);
        }
    }
}
