package io.meltemi.server.port;

import io.meltemi.xds.server.XdsServerPort;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/// The event loops that all ports of this process share, and the threads its services run on.
/// Thread-safe.
public final class EventLoops implements AutoCloseable {
    private final EventLoopGroup group;
    private final ExecutorService services = Executors.newVirtualThreadPerTaskExecutor();

    public EventLoops(int threads) {
        IoHandlerFactory handlers =
                Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        group =
                new MultiThreadIoEventLoopGroup(
                        threads, new DefaultThreadFactory("control-plane", true), handlers);
    }

    /// For ports on TCP.
    public XdsServerPort.Loops tcp() {
        return new XdsServerPort.Loops(
                group,
                group,
                Epoll.isAvailable() ? EpollServerSocketChannel.class : NioServerSocketChannel.class,
                services);
    }

    /// For ports on Unix sockets.
    public XdsServerPort.Loops unix() {
        return new XdsServerPort.Loops(
                group,
                group,
                Epoll.isAvailable()
                        ? EpollServerDomainSocketChannel.class
                        : NioServerDomainSocketChannel.class,
                services);
    }

    /// Where services run; blocking is fine there.
    public ExecutorService services() {
        return services;
    }

    @Override
    public void close() {
        services.shutdownNow();
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2_000);
    }
}
