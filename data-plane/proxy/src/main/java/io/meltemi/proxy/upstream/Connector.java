package io.meltemi.proxy.upstream;

import io.meltemi.proxy.cluster.ClusterSettings;
import io.meltemi.proxy.cluster.Endpoint;
import io.meltemi.proxy.cluster.UpstreamFilter;
import io.meltemi.proxy.cluster.UpstreamTransport;
import io.meltemi.proxy.loop.SocketOption;
import io.meltemi.proxy.proxyprotocol.ProxiedEnds;
import io.meltemi.proxy.proxyprotocol.UpstreamProxyProtocol;
import io.meltemi.proxy.tls.AlpnOffer;
import io.meltemi.proxy.tls.TlsConfigException;
import io.meltemi.proxy.tls.TlsFailure;
import io.meltemi.proxy.tls.UpstreamTls;
import io.meltemi.proxy.transport.Transport;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoop;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.Errors;
import io.netty.channel.unix.IntegerUnixChannelOption;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Opens connections from one event loop, TLS included. Confined to its event loop: a socket
/// belongs to the network namespace of the thread that opens it.
@SuppressWarnings("FutureReturnValueIgnored") // the listener added to the connect hears everything
public final class Connector {
    private static final IntegerUnixChannelOption SO_MARK =
            new IntegerUnixChannelOption("SO_MARK", 1, 36);

    private static final List<String> SYSTEM_WORDS =
            List.of(
                    "Connection refused",
                    "Connection reset by peer",
                    "Network is unreachable",
                    "No route to host",
                    "Cannot assign requested address",
                    "No such file or directory",
                    "Permission denied");

    private final EventLoop eventLoop;
    private final Transport transport;
    private final int socketMark;

    /// @param socketMark 0 for none; else set on every socket, so that redirect rules spare it
    public Connector(EventLoop eventLoop, int socketMark) {
        this.eventLoop = eventLoop;
        this.transport = Transport.of(eventLoop);
        this.socketMark = socketMark;
    }

    /// Hears how an attempt to connect went, once. Confined to its event loop.
    public interface Outcome {
        /// @param alpn the protocol TLS settled on; null without TLS or without ALPN
        void connected(Channel channel, @Nullable String alpn);

        /// @param reason for `%UPSTREAM_TRANSPORT_FAILURE_REASON%`
        /// @param kind CONNECT, CONNECT_LOCAL or CONNECT_TIMEOUT
        void failed(String reason, StreamFailure kind);

        /// Another address of the endpoint is being tried.
        default void triesAnother() {}
    }

    /// Begins to connect. The channel has no handlers but TLS when the outcome hears of it, and
    /// does not read before it was told.
    ///
    /// @param options what the request wants of the connection, or null
    /// @param fallback what ALPN offers where neither request nor configuration name anything
    public void connect(
            ClusterSettings cluster,
            Endpoint endpoint,
            @Nullable TransportOptions options,
            List<String> fallback,
            Outcome outcome) {
        String requested = options == null ? null : options.serverName();
        Target target =
                new Target(
                        new UpstreamTls.Target(
                                endpoint.definition().hostname(),
                                requested,
                                requested != null && cluster.http().verifiesRequestedName(),
                                options == null || options.alpn().isEmpty()
                                        ? new AlpnOffer.Fallback(fallback)
                                        : new AlpnOffer.Instead(options.alpn())),
                        options == null ? null : options.ends());
        long timeoutMillis = cluster.connectTimeoutNanos() / 1_000_000;
        UpstreamTransport transportSocket = endpoint.transport();
        List<InetSocketAddress> additional = endpoint.definition().additionalAddresses();
        if (additional.isEmpty() || !(endpoint.address() instanceof InetSocketAddress first)) {
            connect(cluster, endpoint.address(), transportSocket, target, timeoutMillis, outcome);
            return;
        }
        new HappyEyeballs(
                        eventLoop,
                        cluster.socket().order().of(first, additional),
                        timeoutMillis,
                        (address, each) ->
                                dial(
                                        cluster,
                                        address,
                                        transportSocket,
                                        target,
                                        timeoutMillis,
                                        each),
                        outcome)
                .start();
    }

    /// Whom a connection is made to, and for whom. Immutable.
    ///
    /// @param ends whose bytes it will carry; null for the proxy's own
    public record Target(UpstreamTls.Target tls, @Nullable ProxiedEnds ends) {}

    /// The same to another address, or in another way, than the endpoint's.
    public void connect(
            ClusterSettings cluster,
            SocketAddress address,
            UpstreamTransport transportSocket,
            Target target,
            long timeoutMillis,
            Outcome outcome) {
        var _ = dial(cluster, address, transportSocket, target, timeoutMillis, outcome);
    }

    /// The channel that is being connected, or null when that fails anyway.
    private @Nullable Channel dial(
            ClusterSettings cluster,
            SocketAddress address,
            UpstreamTransport transportSocket,
            Target target,
            long timeoutMillis,
            Outcome outcome) {
        Bootstrap bootstrap =
                bootstrap(cluster, address)
                        .option(
                                ChannelOption.CONNECT_TIMEOUT_MILLIS,
                                Math.clamp(timeoutMillis, 1, Integer.MAX_VALUE));
        List<SocketOption> options =
                address instanceof DomainSocketAddress ? List.of() : cluster.socket().options();
        if (!options.isEmpty() && !transport.isNative()) {
            // Not at once: whoever asks is not ready to be told.
            eventLoop.execute(() ->
                    outcome.failed(
                            "socket options need epoll or io_uring", StreamFailure.CONNECT_LOCAL));
            return null;
        }
        if (!transport.serves(address)) {
            eventLoop.execute(() ->
                    outcome.failed(
                            "abstract sockets need epoll or io_uring",
                            StreamFailure.CONNECT_LOCAL));
            return null;
        }
        bootstrap.handler(
                new Start(transportSocket, target, options, filtered(cluster.filters(), outcome)));
        ChannelFuture connecting = bootstrap.connect(transport.address(address));
        connecting.addListener(future -> {
            if (!future.isSuccess()) {
                Throwable cause = future.cause();
                outcome.failed(reason(cause), kind(cause));
            }
        });
        return connecting.channel();
    }

    /// Puts a cluster's filters into the pipeline before anybody hears of the connection.
    private static Outcome filtered(List<UpstreamFilter> filters, Outcome outcome) {
        if (filters.isEmpty()) {
            return outcome;
        }
        return new Outcome() {
            @Override
            public void connected(Channel channel, @Nullable String alpn) {
                filters.forEach(filter -> channel.pipeline().addLast(filter.handler()));
                outcome.connected(channel, alpn);
            }

            @Override
            public void failed(String reason, StreamFailure kind) {
                outcome.failed(reason, kind);
            }

            @Override
            public void triesAnother() {
                outcome.triesAnother();
            }
        };
    }

    private static StreamFailure kind(@Nullable Throwable cause) {
        if (cause instanceof ConnectTimeoutException) {
            return StreamFailure.CONNECT_TIMEOUT;
        }
        // Closed before it was connected: an option was refused. BindException: the address was.
        return cause instanceof ClosedChannelException
                        || cause instanceof BindException
                        || (cause instanceof Errors.NativeIoException
                                && String.valueOf(cause.getMessage()).startsWith("bind"))
                ? StreamFailure.CONNECT_LOCAL
                : StreamFailure.CONNECT;
    }

    /// The system's words alone, as Envoy has them: Netty adds the call and the address.
    private static String reason(@Nullable Throwable cause) {
        String message = cause == null ? null : cause.getMessage();
        if (message == null) {
            return "connect failed";
        }
        for (String words : SYSTEM_WORDS) {
            if (message.contains(words)) {
                return words;
            }
        }
        return message;
    }

    private Bootstrap bootstrap(ClusterSettings cluster, SocketAddress address) {
        Bootstrap bootstrap = new Bootstrap().group(eventLoop).channel(transport.client(address));
        if (address instanceof DomainSocketAddress) {
            return bootstrap;
        }
        bootstrap.option(ChannelOption.TCP_NODELAY, true);
        keepAlive(bootstrap, cluster.socket().keepAlive());
        if (socketMark != 0 && transport.isNative()) {
            bootstrap.option(SO_MARK, socketMark);
        }
        if (cluster.bindAddress() != null) {
            bootstrap.localAddress(cluster.bindAddress());
        }
        return bootstrap;
    }

    private void keepAlive(
            Bootstrap bootstrap, ClusterSettings.SocketSettings.@Nullable KeepAlive keepAlive) {
        if (keepAlive == null) {
            return;
        }
        bootstrap.option(ChannelOption.SO_KEEPALIVE, true);
        if (keepAlive.idleSeconds() > 0) {
            bootstrap.option(transport.keepAliveIdle(), keepAlive.idleSeconds());
        }
        if (keepAlive.intervalSeconds() > 0) {
            bootstrap.option(transport.keepAliveInterval(), keepAlive.intervalSeconds());
        }
        if (keepAlive.probes() > 0) {
            bootstrap.option(transport.keepAliveProbes(), keepAlive.probes());
        }
    }

    /// Waits for the connection, then for TLS, then reports and leaves. Confined to its event loop.
    private static final class Start extends ChannelInboundHandlerAdapter {
        private final UpstreamTransport transport;
        private final Target target;
        private final List<SocketOption> options;
        private final Outcome outcome;

        Start(
                UpstreamTransport transport,
                Target target,
                List<SocketOption> options,
                Outcome outcome) {
            this.transport = transport;
            this.target = target;
            this.options = options;
            this.outcome = outcome;
        }

        /// Not by the bootstrap, which goes on after an option that the system refuses.
        @Override
        public void channelRegistered(ChannelHandlerContext ctx) {
            for (int i = 0; i < options.size(); i++) {
                try {
                    options.get(i).set(ctx.channel());
                } catch (ChannelException _) {
                    // The attempt to connect fails then.
                    ctx.close();
                    return;
                }
            }
            ctx.fireChannelRegistered();
        }

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            sendProxyHeader(ctx.channel());
            UpstreamTls tls = transport.tls();
            if (tls == null) {
                ctx.pipeline().remove(this);
                outcome.connected(ctx.channel(), null);
                return;
            }
            ctx.pipeline().remove(this);
            boolean installed;
            try {
                installed = tls.install(ctx.pipeline(), peer(ctx.channel()), target.tls());
            } catch (TlsConfigException e) {
                ctx.close();
                outcome.failed(String.valueOf(e.getMessage()), StreamFailure.CONNECT);
                return;
            }
            if (!installed) {
                ctx.close();
                outcome.failed("TLS error: secret is not supplied by SDS", StreamFailure.CONNECT);
                return;
            }
            // Behind TLS, where the handshake's end is heard.
            ctx.pipeline().addLast(new Handshake(outcome));
            ctx.pipeline().fireChannelActive();
        }

        /// Before TLS is in the pipeline, so that it goes out as it is.
        private void sendProxyHeader(Channel channel) {
            UpstreamProxyProtocol protocol = transport.proxyProtocol();
            if (protocol != null) {
                channel.writeAndFlush(
                        protocol.header(
                                channel.alloc(),
                                target.ends(),
                                channel.localAddress(),
                                channel.remoteAddress()));
            }
        }

        private static InetSocketAddress peer(Channel channel) {
            return channel.remoteAddress() instanceof InetSocketAddress inet
                    ? inet
                    : new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }

    /// Waits for the handshake's end. Confined to its event loop.
    private static final class Handshake extends ChannelInboundHandlerAdapter {
        private final Outcome outcome;
        private boolean told;

        Handshake(Outcome outcome) {
            this.outcome = outcome;
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (!(event instanceof SslHandshakeCompletionEvent end) || told) {
                ctx.fireUserEventTriggered(event);
                return;
            }
            told = true;
            if (end.isSuccess()) {
                SslHandler handler = ctx.pipeline().get(SslHandler.class);
                String alpn = handler == null ? null : handler.applicationProtocol();
                ctx.pipeline().remove(this);
                outcome.connected(ctx.channel(), alpn);
            } else {
                TlsFailure failure = TlsFailure.of(ctx.channel());
                String words = failure == null ? reason(end.cause()) : failure.message();
                outcome.failed(words, StreamFailure.CONNECT);
                ctx.close();
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            if (!told) {
                told = true;
                outcome.failed("connection closed during the TLS handshake", StreamFailure.CONNECT);
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }
}
