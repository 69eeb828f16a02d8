package io.meltemi.agent.intercept;

import io.meltemi.agent.bootstrap.DataPlane;
import io.meltemi.agent.bootstrap.DataPlaneStarter;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.unix.IntegerUnixChannelOption;
import io.netty.channel.unix.RawUnixChannelOption;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/// Stands where a proxy will be: says where outbound connections meant to go, and lets inbound ones
/// through. Thread-safe.
@SuppressWarnings("FutureReturnValueIgnored") // Netty: a failed write or close ends the channel.
public final class TrivialDataPlane implements DataPlane {
    private static final IntegerUnixChannelOption SO_MARK =
            new IntegerUnixChannelOption("SO_MARK", 1, 36);
    private static final RawUnixChannelOption ORIGINAL_DESTINATION =
            new RawUnixChannelOption("SO_ORIGINAL_DST", 0, 80, 16);

    private final List<Channel> listeners = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    public TrivialDataPlane(EventLoop loop, String name) {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        listen(loop, new InetSocketAddress(loopback, 15001), () -> new Named(name));
        listen(loop, new InetSocketAddress(15006), Inbound::new);
    }

    /// Starts one in each pod.
    public static DataPlaneStarter starter() {
        return new DataPlaneStarter() {
            @Override
            public List<String> capabilities() {
                return List.of("trivial");
            }

            @Override
            public boolean needsSocket() {
                return false;
            }

            @Override
            public DataPlane start(Environment environment) {
                return new TrivialDataPlane(environment.loop(), environment.node().name());
            }
        };
    }

    @Override
    public CompletableFuture<Void> ready() {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public boolean isReady() {
        return !ended.isDone();
    }

    @Override
    public CompletableFuture<Void> ended() {
        return ended;
    }

    @Override
    public void drain(Duration limit) {
        close();
    }

    @Override
    public void close() {
        listeners.forEach(listener -> listener.close().syncUninterruptibly());
        ended.complete(null);
    }

    private void listen(
            EventLoop loop, InetSocketAddress address, Supplier<ChannelHandler> handler) {
        ChannelFuture binding =
                CompletableFuture.supplyAsync(
                                () ->
                                        new ServerBootstrap()
                                                .group(loop)
                                                .channel(EpollServerSocketChannel.class)
                                                .childHandler(
                                                        new ChannelInitializer<>() {
                                                            @Override
                                                            protected void initChannel(
                                                                    Channel channel) {
                                                                channel.pipeline()
                                                                        .addLast(handler.get());
                                                            }
                                                        })
                                                .bind(address),
                                loop)
                        .join()
                        .syncUninterruptibly();
        listeners.add(binding.channel());
    }

    private static InetSocketAddress original(Channel channel) throws IOException {
        ByteBuffer sockaddr = channel.config().getOption(ORIGINAL_DESTINATION);
        byte[] octets = new byte[4];
        sockaddr.get(4, octets);
        int port =
                Short.toUnsignedInt(
                        ByteBuffer.wrap(new byte[] {sockaddr.get(2), sockaddr.get(3)}).getShort());
        return new InetSocketAddress(InetAddress.getByAddress(octets), port);
    }

    /// Answers each request with the address its client meant.
    private static final class Named extends ChannelInboundHandlerAdapter {
        private final String pod;

        Named(String pod) {
            this.pod = pod;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object request) throws IOException {
            ((ByteBuf) request).release();
            String text = pod + " meant " + original(ctx.channel());
            ctx.writeAndFlush(
                            ByteBufUtil.writeAscii(
                                    ctx.alloc(),
                                    "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: "
                                            + text.length()
                                            + "\r\n\r\n"
                                            + text))
                    .addListener(ChannelFutureListener.CLOSE);
        }
    }

    /// Carries a connection to the application, past the pod's rules by its mark.
    private static final class Inbound extends ChannelInboundHandlerAdapter {
        @Override
        public void channelActive(ChannelHandlerContext ctx) throws IOException {
            Channel client = ctx.channel();
            client.config().setAutoRead(false);
            Bootstrap upstream =
                    new Bootstrap()
                            .group(client.eventLoop())
                            .channel(EpollSocketChannel.class)
                            .option(SO_MARK, MeshPorts.SOCKET_MARK)
                            .handler(new Pipe(client));
            upstream.connect("127.0.0.1", original(client).getPort())
                    .addListener(
                            (ChannelFutureListener)
                                    connected -> {
                                        ctx.pipeline().addLast(new Pipe(connected.channel()));
                                        client.config().setAutoRead(true);
                                    });
        }
    }

    private static final class Pipe extends ChannelInboundHandlerAdapter {
        private final Channel to;

        Pipe(Channel to) {
            this.to = to;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object bytes) {
            to.writeAndFlush(bytes);
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            to.close();
        }
    }
}
