package io.meltemi.proxy.listener;

import io.meltemi.proxy.http.HttpConnection;
import io.meltemi.proxy.http.h1.Http1ServerConnection;
import io.meltemi.proxy.overload.Lever;
import io.meltemi.proxy.overload.WorkerOverload;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/// Load shed points that are asked each time bytes come on an HTTP connection, before the codec
/// sees them. Confined to its event loop; installed only where such points are configured.
final class OverloadCheck extends ChannelInboundHandlerAdapter {
    private final WorkerOverload overload;
    private final HttpConnection manager;
    private final @Nullable Http1ServerConnection http1;
    private boolean refused;

    /// @param http1 null for HTTP/2
    OverloadCheck(
            WorkerOverload overload,
            HttpConnection manager,
            @Nullable Http1ServerConnection http1) {
        this.overload = overload;
        this.manager = manager;
        this.http1 = http1;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        // Envoy: HTTP/1 connections are drained by the point of HTTP/2 too.
        if (overload.draws(Lever.HTTP2_GO_AWAY)) {
            manager.drain();
        }
        if (http1 != null && !refused && overload.draws(Lever.HTTP1_ABORT_DISPATCH)) {
            refused = http1.refuseOverloaded();
        }
        if (refused) {
            ReferenceCountUtil.release(message);
        } else {
            ctx.fireChannelRead(message);
        }
    }
}
