package io.meltemi.proxy.tls;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A TLS echo server and clients of it on one event loop. Thread-safe.
@SuppressWarnings("FutureReturnValueIgnored") // the group ends with the test, and that is awaited
final class TlsLoopback implements AutoCloseable {
    private final EventLoopGroup group =
            new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

    private final ChannelGroup open = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);

    /// The server's sides, in the order their handshakes ended.
    final BlockingQueue<End> accepted = new LinkedBlockingQueue<>();

    /// One side of a connection when its handshake is over.
    record End(
            Channel channel,
            @Nullable PeerIdentity peer,
            @Nullable TlsFailure failure,
            @Nullable String protocol,
            CompletableFuture<String> received) {}

    Channel serve(DownstreamTls tls) {
        return new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .childHandler(
                        new ChannelInitializer<Channel>() {
                            @Override
                            protected void initChannel(Channel channel) {
                                open.add(channel);
                                if (tls.install(channel.pipeline())) {
                                    channel.pipeline().addLast(new Ending(accepted::add, true));
                                } else {
                                    channel.close();
                                }
                            }
                        })
                .bind(InetAddress.getLoopbackAddress(), 0)
                .syncUninterruptibly()
                .channel();
    }

    End connect(Channel server, UpstreamTls tls) {
        return connect((InetSocketAddress) server.localAddress(), tls);
    }

    End connect(InetSocketAddress address, UpstreamTls tls) {
        return connect(address, tls, AlpnOffer.NONE);
    }

    End connect(InetSocketAddress address, UpstreamTls tls, AlpnOffer offer) {
        CompletableFuture<End> end = new CompletableFuture<>();
        ChannelFuture connected =
                new Bootstrap()
                        .group(group)
                        .channel(NioSocketChannel.class)
                        .handler(
                                new ChannelInitializer<Channel>() {
                                    @Override
                                    protected void initChannel(Channel channel) {
                                        open.add(channel);
                                        tls.install(
                                                channel.pipeline(),
                                                address,
                                                new UpstreamTls.Target("", null, false, offer));
                                        channel.pipeline()
                                                .addLast(new Ending(end::complete, false));
                                    }
                                })
                        .connect(address);
        connected.syncUninterruptibly();
        return end.orTimeout(10, TimeUnit.SECONDS).join();
    }

    /// The next server side whose handshake is over.
    End accepted() {
        try {
            End end = accepted.poll(10, TimeUnit.SECONDS);
            if (end == null) {
                throw new AssertionError("no handshake ended within 10 s");
            }
            return end;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Sends a word and waits for it to come back.
    static String echo(End client, String word) {
        client.channel
                .writeAndFlush(Unpooled.copiedBuffer(word, StandardCharsets.UTF_8))
                .syncUninterruptibly();
        return client.received.orTimeout(10, TimeUnit.SECONDS).join();
    }

    private static final class Ending extends ChannelInboundHandlerAdapter {
        private final Consumer<End> sink;
        private final boolean echo;
        private final CompletableFuture<String> received = new CompletableFuture<>();

        Ending(Consumer<End> sink, boolean echo) {
            this.sink = sink;
            this.echo = echo;
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof SslHandshakeCompletionEvent) {
                sink.accept(
                        new End(
                                ctx.channel(),
                                PeerIdentity.of(ctx.channel()),
                                TlsFailure.of(ctx.channel()),
                                ctx.pipeline().get(SslHandler.class).applicationProtocol(),
                                received));
            }
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (echo) {
                ctx.writeAndFlush(message);
            } else {
                io.netty.buffer.ByteBuf bytes = (io.netty.buffer.ByteBuf) message;
                received.complete(bytes.toString(StandardCharsets.UTF_8));
                bytes.release();
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            received.completeExceptionally(new IllegalStateException("closed"));
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }

    @Override
    public void close() {
        // Closed by the end of the loop alone, a handler may never hear that it is removed.
        open.close().awaitUninterruptibly();
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
