package io.meltemi.proxy.listener;

import io.meltemi.proxy.http.Draining;
import io.meltemi.proxy.loop.SocketOption;
import io.meltemi.proxy.loop.Timer;
import io.meltemi.proxy.loop.WorkerLoop;
import io.meltemi.proxy.overload.GlobalConnections;
import io.meltemi.proxy.overload.Lever;
import io.meltemi.proxy.overload.WorkerOverload;
import io.meltemi.proxy.runtime.RuntimeKeys;
import io.meltemi.proxy.transport.Transport;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.netty.util.concurrent.PromiseCombiner;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One listener on one worker: its sockets, the settings new connections get, and the connections
/// that are open. Confined to its event loop: sockets are opened there, in the network namespace
/// its thread has entered.
public final class ListenerPort {
    private static final Logger LOG = LoggerFactory.getLogger(ListenerPort.class);

    private final WorkerLoop loop;
    private final ConnectionStart start;
    private final ListenerStats stats;
    private final Set<OpenConnection> open = new HashSet<>();
    private final List<Channel> sockets = new ArrayList<>();
    private final Draining.Time drainTime;
    private final Accepting accepting;
    private final String limitKey;
    private ListenerSettings settings;
    private boolean stopped;

    public ListenerPort(
            WorkerLoop loop,
            ListenerSettings settings,
            ListenerStats stats,
            Draining.Time drainTime,
            Accepting accepting,
            ConnectionStart start) {
        this.loop = loop;
        this.settings = settings;
        this.stats = stats;
        this.drainTime = drainTime;
        this.accepting = accepting;
        this.limitKey = "envoy.resource_limits.listener." + settings.name() + ".connection_limit";
        this.start = start;
    }

    /// What decides about new connections beside their listener. Confined to its event loop.
    ///
    /// @param connections of all listeners of the proxy
    /// @param overload null when nothing is watched
    public record Accepting(
            RuntimeKeys runtime, GlobalConnections connections, @Nullable WorkerOverload overload) {
        /// Whether sockets are to accept now.
        boolean isOpen(ListenerSettings.Exempt exempt) {
            return overload == null
                    || exempt.fromActions()
                    || overload.state(Lever.STOP_ACCEPTING_CONNECTIONS) < 1;
        }

        boolean isRejected(ListenerSettings.Exempt exempt) {
            return overload != null
                    && !exempt.fromActions()
                    && (overload.draws(Lever.TCP_LISTENER_ACCEPT)
                            || overload.draws(Lever.REJECT_INCOMING_CONNECTIONS));
        }
    }

    /// A connection and the chain it was given. Confined to its event loop.
    static final class OpenConnection {
        final Channel channel;
        @Nullable FilterChain chain;
        @Nullable Runnable drain;
        @Nullable Consumer<Draining> letGo;

        /// Since when it is let go; null while it is not.
        @Nullable Draining leaving;

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
    public ChannelFuture bind(SocketAddress address, boolean shared) {
        Transport transport = Transport.of(loop.eventLoop());
        ServerBootstrap bootstrap =
                new ServerBootstrap().group(loop.eventLoop()).channel(transport.server(address));
        ListenerSockets options = settings.sockets();
        boolean unix = address instanceof DomainSocketAddress;
        if (!unix) {
            bootstrap
                    .option(ChannelOption.SO_REUSEADDR, true)
                    .childOption(ChannelOption.TCP_NODELAY, true);
            if (shared) {
                bootstrap.option(transport.reusePort(), true);
            }
        }
        if (!unix && !transport.isNative() && options.needNativeSockets()) {
            LOG.warn(
                    "listener '{}': transparent, freebind and socket_options need epoll or"
                            + " io_uring and are left out",
                    settings.name());
        }
        if (!unix && transport.isNative()) {
            setBeforehand(bootstrap, options, transport);
        }
        if (options.bufferLimit() > 0) {
            // Envoy: reading goes on when half of what was too much is written.
            bootstrap.childOption(
                    ChannelOption.WRITE_BUFFER_WATER_MARK,
                    new WriteBufferWaterMark(options.bufferLimit() / 2, options.bufferLimit()));
        }
        ChannelFuture bound =
                bootstrap
                        .option(ChannelOption.SO_BACKLOG, options.backlog())
                        .option(ChannelOption.AUTO_READ, accepting.isOpen(settings.overload()))
                        .childHandler(
                                new ChannelInitializer<Channel>() {
                                    @Override
                                    protected void initChannel(Channel channel) {
                                        accepted(channel);
                                    }
                                })
                        .bind(transport.address(address));
        if (!unix && transport.isNative()) {
            setWhenListening(bound.channel(), options);
        }
        sockets.add(bound.channel());
        return bound;
    }

    private static void setBeforehand(
            ServerBootstrap bootstrap, ListenerSockets options, Transport transport) {
        if (options.transparent()) {
            bootstrap.option(transport.transparent(), true);
        }
        if (options.freebind()) {
            bootstrap.option(transport.freebind(), true);
        }
        if (options.fastOpen() > 0) {
            bootstrap.option(ChannelOption.TCP_FASTOPEN, options.fastOpen());
        }
        for (SocketOption option : options.options()) {
            if (!option.whenListening()) {
                bootstrap.option(option.raw(), option.bytes());
            }
        }
    }

    private static void setWhenListening(Channel socket, ListenerSockets options) {
        for (SocketOption option : options.options()) {
            if (option.whenListening()) {
                option.set(socket);
            }
        }
    }

    private void accepted(Channel channel) {
        channel.pipeline()
                .addLast(
                        new ChannelInboundHandlerAdapter() {
                            @Override
                            public void channelActive(ChannelHandlerContext ctx) {
                                ctx.pipeline().remove(this);
                                if (counted(ctx.channel())) {
                                    start.begin(ListenerPort.this, ctx.channel());
                                }
                            }
                        });
    }

    /// Envoy: at `envoy.resource_limits.listener.NAME.connection_limit` connections, whichever
    /// worker has them, others are closed; without that runtime value there is no limit.
    @SuppressWarnings(
            "FutureReturnValueIgnored") // closing a channel cannot fail in a way that helps
    private boolean counted(Channel channel) {
        if (!accepting.connections().begin(settings.overload().fromLimit())) {
            stats.globalOverflow.increment(loop.index());
            channel.close();
            return false;
        }
        channel.closeFuture().addListener(_ -> accepting.connections().end());
        if (accepting.isRejected(settings.overload())) {
            stats.overloadReject.increment(loop.index());
            channel.close();
            return false;
        }
        long limit = accepting.runtime().number(limitKey, Long.MAX_VALUE);
        if (stats.open.incrementAndGet() > limit) {
            stats.open.decrementAndGet();
            stats.connectionsOverflow.increment(loop.index());
            channel.close();
            return false;
        }
        channel.closeFuture().addListener(_ -> stats.open.decrementAndGet());
        return true;
    }

    /// Accepts, or leaves connections waiting, as the overload manager says now.
    public void acceptAsToldNow() {
        boolean open = accepting.isOpen(settings.overload());
        sockets.forEach(socket -> socket.config().setAutoRead(open));
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
    /// unchanged, go on; the others are let go, and all of them when more than chains changed.
    public void update(ListenerSettings fresh) {
        Set<Object> sources = new HashSet<>();
        if (fresh.shell().equals(settings.shell())) {
            fresh.chains().forEach(chain -> sources.add(chain.source()));
            if (fresh.defaultChain() != null) {
                sources.add(fresh.defaultChain().source());
            }
        }
        settings = fresh;
        List<OpenConnection> leaving = new ArrayList<>();
        for (OpenConnection connection : open) {
            FilterChain chain = connection.chain;
            if (chain != null && !sources.contains(chain.source())) {
                leaving.add(connection);
            }
        }
        letGo(leaving);
    }

    /// Envoy: requests go on, responses say more and more often that the connection ends, and what
    /// is still open when the drain time is over is closed.
    private void letGo(List<OpenConnection> leaving) {
        Draining draining = new Draining(loop.nanos(), drainTime);
        boolean any = false;
        for (OpenConnection connection : leaving) {
            if (connection.leaving == null) {
                any = true;
                connection.leaving = draining;
                if (connection.letGo != null) {
                    connection.letGo.accept(draining);
                }
            }
        }
        if (any) {
            // Keeps no list: most connections are gone, and may be forgotten, long before.
            loop.timers().arm(new Timer(_ -> closeLeaving(draining)), drainTime.nanos());
        }
    }

    @SuppressWarnings({
        "FutureReturnValueIgnored", // closing a channel cannot fail in a way that helps
        "ReferenceEquality" // one draining is meant, not one like it
    })
    private void closeLeaving(Draining draining) {
        for (OpenConnection connection : List.copyOf(open)) {
            if (connection.leaving == draining) {
                connection.channel.close();
            }
        }
    }

    /// Whether any connection is open.
    public boolean isIdle() {
        return open.isEmpty();
    }

    /// Stops listening for good; connections that are open are let go.
    ///
    /// @return done when others may have the addresses; io_uring closes sockets behind one's back
    public Future<?> remove() {
        stopped = true;
        letGo(List.copyOf(open));
        PromiseCombiner all = new PromiseCombiner(loop.eventLoop());
        sockets.forEach(socket -> all.add(socket.close()));
        Promise<Void> closed = loop.eventLoop().newPromise();
        all.finish(closed);
        return closed;
    }

    /// Stops listening; open connections go on as if nothing were.
    @SuppressWarnings(
            "FutureReturnValueIgnored") // closing a socket cannot fail in a way that helps
    public void stopListening() {
        sockets.forEach(Channel::close);
    }

    /// Stops listening, as the whole proxy ends: connections end with their next response.
    @SuppressWarnings(
            "FutureReturnValueIgnored") // closing a socket cannot fail in a way that helps
    public void drain() {
        if (stopped) {
            return;
        }
        stopped = true;
        sockets.forEach(Channel::close);
        for (OpenConnection connection : List.copyOf(open)) {
            if (connection.drain != null) {
                connection.drain.run();
            }
        }
    }

    /// Stops listening and closes everything.
    @SuppressWarnings(
            "FutureReturnValueIgnored") // closing a socket cannot fail in a way that helps
    public void close() {
        stopped = true;
        sockets.forEach(Channel::close);
        List.copyOf(open).forEach(connection -> connection.channel.close());
    }
}
