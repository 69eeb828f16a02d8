package io.meltemi.proxy.listener;

import io.meltemi.proxy.loop.WorkerLoop;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.UnixChannelOption;
import java.net.SocketAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One listener on one worker: its sockets, the settings new connections get, and the connections
/// that are open. Confined to its event loop: sockets are opened there, in the network namespace
/// its thread has entered.
public final class ListenerPort {
    private final WorkerLoop loop;
    private final ConnectionStart start;
    private final ListenerStats stats;
    private final Set<OpenConnection> open = new HashSet<>();
    private final List<Channel> sockets = new java.util.ArrayList<>();
    private ListenerSettings settings;
    private boolean draining;

    public ListenerPort(
            WorkerLoop loop,
            ListenerSettings settings,
            ListenerStats stats,
            ConnectionStart start) {
        this.loop = loop;
        this.settings = settings;
        this.stats = stats;
        this.start = start;
    }

    /// A connection and the chain it was given. Confined to its event loop.
    static final class OpenConnection {
        final Channel channel;
        @Nullable FilterChain chain;
        @Nullable Runnable drain;

        OpenConnection(Channel channel) {
            this.channel = channel;
        }
    }

    public ListenerSettings settings() {
        return settings;
    }

    ListenerStats stats() {
        return stats;
    }

    WorkerLoop loop() {
        return loop;
    }

    /// Opens one socket. Call on the event loop.
    ///
    /// @param shared whether other workers bind the same address (SO_REUSEPORT)
    public ChannelFuture bind(SocketAddress address, boolean epoll, boolean shared) {
        ServerBootstrap bootstrap = new ServerBootstrap().group(loop.eventLoop());
        if (address instanceof DomainSocketAddress) {
            bootstrap.channel(EpollServerDomainSocketChannel.class);
        } else if (epoll) {
            bootstrap
                    .channel(EpollServerSocketChannel.class)
                    .option(ChannelOption.SO_REUSEADDR, true)
                    .childOption(ChannelOption.TCP_NODELAY, true);
            if (shared) {
                bootstrap.option(UnixChannelOption.SO_REUSEPORT, true);
            }
        } else {
            bootstrap
                    .channel(NioServerSocketChannel.class)
                    .option(ChannelOption.SO_REUSEADDR, true)
                    .childOption(ChannelOption.TCP_NODELAY, true);
        }
        ChannelFuture bound =
                bootstrap
                        .option(ChannelOption.SO_BACKLOG, settings.backlog())
                        .childHandler(
                                new ChannelInitializer<Channel>() {
                                    @Override
                                    protected void initChannel(Channel channel) {
                                        accepted(channel);
                                    }
                                })
                        .bind(address);
        sockets.add(bound.channel());
        return bound;
    }

    private void accepted(Channel channel) {
        channel.pipeline()
                .addLast(
                        new ChannelInboundHandlerAdapter() {
                            @Override
                            public void channelActive(ChannelHandlerContext ctx) {
                                ctx.pipeline().remove(this);
                                start.begin(ListenerPort.this, ctx.channel());
                            }
                        });
    }

    /// Counts a connection as this listener's until it closes.
    OpenConnection adopt(Channel channel) {
        OpenConnection connection = new OpenConnection(channel);
        open.add(connection);
        stats.connectionsTotal.increment(loop.index());
        stats.connectionsActive.add(loop.index(), 1);
        channel.closeFuture()
                .addListener(_ -> {
                    open.remove(connection);
                    stats.connectionsActive.add(loop.index(), -1);
                    stats.connectionsDestroy.increment(loop.index());
                });
        return connection;
    }

    /// Puts other settings in force for new connections. Connections whose chain is still there,
    /// unchanged, go on; the others are drained.
    public void update(ListenerSettings fresh) {
        settings = fresh;
        Set<Object> sources = new HashSet<>();
        fresh.chains().forEach(chain -> sources.add(chain.source()));
        if (fresh.defaultChain() != null) {
            sources.add(fresh.defaultChain().source());
        }
        for (OpenConnection connection : List.copyOf(open)) {
            FilterChain chain = connection.chain;
            if (chain != null && !sources.contains(chain.source())) {
                drain(connection);
            }
        }
    }

    private static void drain(OpenConnection connection) {
        if (connection.drain != null) {
            connection.drain.run();
        }
    }

    /// Stops listening; running connections end by themselves.
    @SuppressWarnings(
            "FutureReturnValueIgnored") // closing a socket cannot fail in a way that helps
    public void drain() {
        if (draining) {
            return;
        }
        draining = true;
        sockets.forEach(Channel::close);
        List.copyOf(open).forEach(ListenerPort::drain);
    }

    /// Stops listening and closes everything.
    @SuppressWarnings(
            "FutureReturnValueIgnored") // closing a socket cannot fail in a way that helps
    public void close() {
        draining = true;
        sockets.forEach(Channel::close);
        List.copyOf(open).forEach(connection -> connection.channel.close());
    }
}
