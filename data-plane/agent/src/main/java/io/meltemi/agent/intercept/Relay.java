package io.meltemi.agent.intercept;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.function.Supplier;

/// Carries bytes between an accepted connection and one address. Confined to the connection's loop.
///
/// Each side is read only when the other has written: memory stays bounded by two buffers.
@SuppressWarnings("FutureReturnValueIgnored") // Netty: a failed write or close ends the channel.
public final class Relay extends ChannelInboundHandlerAdapter {
    private final Supplier<Optional<InetSocketAddress>> target;

    private Relay(Supplier<Optional<InetSocketAddress>> target) {
        this.target = target;
    }

    /// What a listener gives each connection it accepts.
    ///
    /// @param target asked for each connection; while it is empty, connections are closed
    public static ChannelInitializer<DuplexChannel> to(
            Supplier<Optional<InetSocketAddress>> target) {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(DuplexChannel accepted) {
                accepted.config().setAutoRead(false);
                accepted.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
                accepted.pipeline().addLast(new Relay(target));
            }
        };
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        InetSocketAddress address = target.get().orElse(null);
        if (address == null) {
            ctx.close();
            return;
        }
        new Bootstrap()
                .group(ctx.channel().eventLoop())
                .channel(EpollSocketChannel.class)
                .option(ChannelOption.AUTO_READ, false)
                .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .handler(new Way(ctx.channel()))
                .connect(address)
                .addListener(
                        (ChannelFutureListener)
                                connecting -> {
                                    if (!connecting.isSuccess()) {
                                        ctx.close();
                                        return;
                                    }
                                    Channel upstream = connecting.channel();
                                    if (!ctx.channel().isActive()) {
                                        upstream.close();
                                        return;
                                    }
                                    ctx.pipeline().replace(this, "way", new Way(upstream));
                                    ctx.read();
                                    upstream.read();
                                });
    }

    /// One direction. Confined to the loop both channels share.
    private static final class Way extends ChannelInboundHandlerAdapter {
        private final Channel to;

        Way(Channel to) {
            this.to = to;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object bytes) {
            if (!to.isActive()) {
                ReferenceCountUtil.release(bytes);
                ctx.close();
                return;
            }
            to.writeAndFlush(bytes)
                    .addListener(written -> {
                        if (written.isSuccess()) {
                            ctx.read();
                        } else {
                            ctx.close();
                        }
                    });
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof ChannelInputShutdownEvent && to instanceof DuplexChannel duplex) {
                duplex.shutdownOutput();
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            to.close();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
            to.close();
        }
    }
}
