package io.meltemi.agent.intercept;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.DomainSocketReadMode;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// The holder's side of [HostSockets]: takes listening sockets of the host. Thread-safe: no state.
@SuppressWarnings("FutureReturnValueIgnored") // Netty: a failed write or close ends the channel.
public final class PassedSockets {
    private PassedSockets() {}

    /// Fetches the sockets that somebody offers.
    ///
    /// @param offer a socket in the run folder
    /// @param count how many are expected
    public static List<FileDescriptor> fetch(Path offer, EventLoopGroup loop, int count)
            throws IOException {
        CompletableFuture<List<FileDescriptor>> all = new CompletableFuture<>();
        ChannelFuture connecting =
                new Bootstrap()
                        .group(loop)
                        .channel(EpollDomainSocketChannel.class)
                        .option(
                                EpollChannelOption.DOMAIN_SOCKET_READ_MODE,
                                DomainSocketReadMode.FILE_DESCRIPTORS)
                        .handler(new Taker(count, all))
                        .connect(new DomainSocketAddress(offer.toString()))
                        .awaitUninterruptibly();
        if (!connecting.isSuccess()) {
            throw new IOException("fetching the host's sockets", connecting.cause());
        }
        try {
            return all.orTimeout(5, TimeUnit.SECONDS).join();
        } finally {
            connecting.channel().close().awaitUninterruptibly();
        }
    }

    /// Accepts from a passed socket: the channel starts to accept when it is registered.
    ///
    /// @param child handles each accepted connection
    public static ChannelFuture accept(
            FileDescriptor socket, EventLoopGroup loop, ChannelHandler child) {
        return new ServerBootstrap()
                .group(loop)
                .channelFactory(() -> new EpollServerSocketChannel(socket.intValue()))
                .childHandler(child)
                .register();
    }

    /// Confined to its event loop.
    private static final class Taker extends SimpleChannelInboundHandler<FileDescriptor> {
        private final int count;
        private final CompletableFuture<List<FileDescriptor>> all;
        private final List<FileDescriptor> taken = new ArrayList<>();

        Taker(int count, CompletableFuture<List<FileDescriptor>> all) {
            this.count = count;
            this.all = all;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, FileDescriptor socket) {
            taken.add(socket);
            if (taken.size() == count) {
                all.complete(List.copyOf(taken));
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            all.completeExceptionally(
                    new IOException(
                            "the launcher passed " + taken.size() + " sockets of " + count));
        }
    }
}
