package io.meltemi.proxy.listener;

import io.meltemi.proxy.cluster.Addresses;
import io.meltemi.proxy.decide.RequestFacts;
import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.http.HttpConnection;
import io.meltemi.proxy.http.HttpSettings;
import io.meltemi.proxy.http.HttpWorker;
import io.meltemi.proxy.http.h1.Http1ServerConnection;
import io.meltemi.proxy.http.h2.Http2Preface;
import io.meltemi.proxy.http.h2.Http2ServerConnection;
import io.meltemi.proxy.listener.ListenerPort.OpenConnection;
import io.meltemi.proxy.loop.ConnectionFaults;
import io.meltemi.proxy.loop.Timer;
import io.meltemi.proxy.loop.WorkerLoop;
import io.meltemi.proxy.observe.ConnectionRecord;
import io.meltemi.proxy.observe.ExchangeRecord;
import io.meltemi.proxy.tcp.TcpSession;
import io.meltemi.proxy.tcp.TcpSettings;
import io.meltemi.proxy.tls.ClientHello;
import io.meltemi.proxy.tls.PeerIdentity;
import io.meltemi.proxy.tls.TlsConfigException;
import io.meltemi.proxy.tls.TlsInspector;
import io.meltemi.proxy.upstream.WorkerClusters;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/// What happens to a connection between accept and its first request: original destination,
/// inspection, filter chain, TLS, codec. Confined to its event loop.
@SuppressWarnings("FutureReturnValueIgnored") // closing is heard by the close future
public final class ConnectionStart {
    private static final InetSocketAddress NOWHERE =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private final WorkerLoop loop;
    private final HttpWorker http;
    private final WorkerClusters clusters;
    private final SplittableRandom random;
    private final BiFunction<ListenerPort, InetSocketAddress, ListenerPort> handOff;
    private final long epochOffsetNanos;

    /// @param handOff the listener for an original destination; the one that accepted when there is
    ///   none
    public ConnectionStart(
            WorkerLoop loop,
            HttpWorker http,
            WorkerClusters clusters,
            SplittableRandom random,
            BiFunction<ListenerPort, InetSocketAddress, ListenerPort> handOff) {
        this.loop = loop;
        this.http = http;
        this.clusters = clusters;
        this.random = random;
        this.handOff = handOff;
        this.epochOffsetNanos = System.currentTimeMillis() * 1_000_000L - loop.nanos();
    }

    /// Takes over a connection just accepted.
    void begin(ListenerPort accepting, Channel channel) {
        InetSocketAddress local = inet(channel.localAddress());
        InetSocketAddress destination = local;
        boolean redirected = false;
        if (accepting.settings().originalDestination()) {
            InetSocketAddress original = OriginalDestination.of(channel);
            if (original != null) {
                redirected = !original.equals(local);
                destination = original;
            }
        }
        ListenerPort port = accepting;
        if (accepting.settings().handsOff() && redirected) {
            port = handOff.apply(accepting, destination);
        }
        new Connection(port, channel, destination, redirected).inspect();
    }

    private static InetSocketAddress inet(java.net.@Nullable SocketAddress address) {
        return address instanceof InetSocketAddress inet ? inet : NOWHERE;
    }

    /// One connection on its way to a codec. Confined to its event loop.
    private final class Connection implements TlsInspector.Listener {
        private final ListenerPort port;
        private final ListenerSettings settings;
        private final Channel channel;
        private final InetSocketAddress destination;
        private final boolean redirected;
        private final OpenConnection open;
        private String serverName = "";
        private String transport = "raw_buffer";
        private List<String> protocols = List.of();

        Connection(
                ListenerPort port,
                Channel channel,
                InetSocketAddress destination,
                boolean redirected) {
            this.port = port;
            this.settings = port.settings();
            this.channel = channel;
            this.destination = destination;
            this.redirected = redirected;
            this.open = port.adopt(channel);
        }

        void inspect() {
            if (settings.tlsInspector() != null && settings.tlsInspector().test(destination)) {
                long millis = settings.inspectNanos() / 1_000_000;
                channel.pipeline().addLast(new TlsInspector(millis, this));
            } else {
                inspectHttp();
            }
        }

        @Override
        public void onClientHello(ChannelHandlerContext ctx, ClientHello hello) {
            serverName = hello.serverName();
            transport = hello.transportProtocol();
            protocols = hello.applicationProtocols();
            if (hello.isTls()) {
                choose();
            } else {
                inspectHttp();
            }
        }

        @Override
        public void onGivenUp(ChannelHandlerContext ctx, String reason) {
            port.stats().inspectTimeout.increment(loop.index());
            if (settings.continueWithoutInspection()) {
                choose();
            } else {
                channel.close();
            }
        }

        private void inspectHttp() {
            if (settings.httpInspector() != null && settings.httpInspector().test(destination)) {
                HttpInspector inspector =
                        new HttpInspector(found -> {
                            protocols = found;
                            choose();
                        });
                channel.pipeline().addLast(inspector);
                limitInspection(inspector);
            } else {
                choose();
            }
        }

        private void limitInspection(HttpInspector inspector) {
            if (settings.inspectNanos() == 0) {
                return;
            }
            Timer timer =
                    new Timer(_ -> {
                        if (channel.pipeline().context(inspector) != null) {
                            port.stats().inspectTimeout.increment(loop.index());
                            if (settings.continueWithoutInspection()) {
                                choose();
                                channel.pipeline().remove(inspector);
                            } else {
                                channel.close();
                            }
                        }
                    });
            loop.timers().arm(timer, settings.inspectNanos());
            channel.closeFuture().addListener(_ -> loop.timers().cancel(timer));
        }

        private void choose() {
            ConnectionFacts facts =
                    new ConnectionFacts(
                            inet(channel.remoteAddress()),
                            destination,
                            serverName,
                            transport,
                            protocols);
            FilterChain chain = ChainPicker.pick(settings.chains(), facts);
            if (chain == null) {
                chain = settings.defaultChain();
            }
            if (chain == null) {
                port.stats().noFilterChainMatch.increment(loop.index());
                logUnmatched();
                channel.close();
                return;
            }
            open.chain = chain;
            open.drain = () -> channel.close();
            if (chain.tls() == null) {
                ready(chain, null);
            } else {
                handshake(chain);
            }
        }

        private void logUnmatched() {
            if (!settings.accessLogs().isEmpty()) {
                ExchangeRecord record = record(connectionRecord());
                record.isTcp = true;
                record.addFlag(io.meltemi.proxy.http.ResponseFlag.NO_ROUTE_FOUND);
                record.endNanos = 0;
                settings.accessLogs().log(record);
            }
        }

        private void handshake(FilterChain chain) {
            ChannelPipeline pipeline = channel.pipeline();
            if (!installed(chain, pipeline)) {
                port.stats().handshakeErrors.increment(loop.index());
                channel.close();
                return;
            }
            Timer limit = new Timer(_ -> channel.close());
            if (chain.handshakeNanos() > 0) {
                loop.timers().arm(limit, chain.handshakeNanos());
            }
            pipeline.addLast(
                    new ChannelInboundHandlerAdapter() {
                        @Override
                        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
                            if (!(event instanceof SslHandshakeCompletionEvent end)) {
                                ctx.fireUserEventTriggered(event);
                                return;
                            }
                            loop.timers().cancel(limit);
                            if (end.isSuccess()) {
                                SslHandler tls = pipeline.get(SslHandler.class);
                                ready(chain, tls == null ? null : tls.applicationProtocol());
                                pipeline.remove(this);
                            } else {
                                port.stats().handshakeErrors.increment(loop.index());
                                channel.close();
                            }
                        }

                        @Override
                        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
                            broken(ctx, cause);
                        }
                    });
            channel.closeFuture().addListener(_ -> loop.timers().cancel(limit));
        }

        private void broken(ChannelHandlerContext ctx, Throwable cause) {
            boolean ours = ConnectionFaults.close(ctx, cause);
            (ours ? port.stats().bugs : port.stats().connectionErrors).increment(loop.index());
        }

        private static boolean installed(FilterChain chain, ChannelPipeline pipeline) {
            try {
                return chain.tls() != null && chain.tls().install(pipeline);
            } catch (TlsConfigException _) {
                return false;
            }
        }

        private ConnectionRecord connectionRecord() {
            return redirected
                    ? loop.connectionRecords().of(channel, destination)
                    : loop.connectionRecords()
                            .of(
                                    channel,
                                    channel.localAddress() == null
                                            ? destination
                                            : channel.localAddress());
        }

        private ExchangeRecord record(ConnectionRecord connection) {
            ExchangeRecord record = new ExchangeRecord(loop.index());
            record.begin(epochOffsetNanos + loop.nanos(), loop.nanos());
            record.downstream = connection;
            record.requestedServerName = serverName.isEmpty() ? null : serverName;
            return record;
        }

        private void ready(FilterChain chain, @Nullable String alpn) {
            PeerIdentity peer = PeerIdentity.of(channel);
            ConnectionRecord record = connectionRecord();
            String denial = denial(chain, peer);
            if (denial != null) {
                logDenied(chain, record, denial);
                channel.close();
                return;
            }
            switch (chain.terminal()) {
                case FilterChain.Terminal.Tcp(TcpSettings tcp) -> tcp(chain, tcp, record);
                case FilterChain.Terminal.Http(HttpSettings settings) -> {
                    HttpConnection.Facts facts =
                            new HttpConnection.Facts(
                                    channel,
                                    record,
                                    inet(channel.remoteAddress()),
                                    destination,
                                    peer,
                                    serverName.isEmpty() ? null : serverName,
                                    chain.name(),
                                    redirected);
                    http(settings, facts, alpn);
                }
            }
        }

        private @Nullable String denial(FilterChain chain, @Nullable PeerIdentity peer) {
            if (chain.gates().isEmpty()) {
                return null;
            }
            RequestFacts facts = new OfConnection(this, peer);
            for (NetworkGate gate : chain.gates()) {
                String denial = gate.denial(facts);
                if (denial != null) {
                    return denial;
                }
            }
            return null;
        }

        /// A TCP proxy logs its connections, those it never got included; HTTP has no request yet.
        private void logDenied(FilterChain chain, ConnectionRecord connection, String denial) {
            if (chain.terminal() instanceof FilterChain.Terminal.Tcp(TcpSettings tcp)) {
                ExchangeRecord record = record(connection);
                record.isTcp = true;
                record.filterChainName = chain.name();
                record.connectionTerminationDetails = denial;
                record.endNanos = 0;
                tcp.accessLogs().log(record);
            }
        }

        private void tcp(FilterChain chain, TcpSettings tcp, ConnectionRecord connection) {
            ExchangeRecord record = record(connection);
            record.filterChainName = chain.name();
            TcpSession session =
                    new TcpSession(
                            tcp,
                            loop,
                            clusters,
                            record,
                            destination,
                            redirected,
                            random.nextLong());
            channel.pipeline().addLast(session);
            session.start(channel);
        }

        private void http(
                HttpSettings settings, HttpConnection.Facts facts, @Nullable String alpn) {
            switch (settings.codec()) {
                case HTTP1 -> http1(settings, facts);
                case HTTP2 -> http2(settings, facts);
                case AUTO -> {
                    if ("h2".equals(alpn)) {
                        http2(settings, facts);
                    } else if (alpn != null) {
                        http1(settings, facts);
                    } else {
                        channel.pipeline().addLast(new PrefaceCheck(this, settings, facts));
                    }
                }
            }
        }

        void http1(HttpSettings settings, HttpConnection.Facts facts) {
            HttpConnection connection = new HttpConnection(settings, http, facts, false);
            channel.pipeline()
                    .addLast(new Http1ServerConnection(loop, settings.http1(), connection));
            opened(connection, null);
        }

        void http2(HttpSettings settings, HttpConnection.Facts facts) {
            HttpConnection connection = new HttpConnection(settings, http, facts, true);
            Http2ServerConnection codec =
                    Http2ServerConnection.install(channel.pipeline(), settings.http2(), connection);
            opened(connection, codec::drain);
        }

        private void opened(HttpConnection connection, @Nullable Runnable drain) {
            open.drain = connection::drain;
            connection.opened(drain);
            channel.closeFuture().addListener(_ -> connection.closed());
        }
    }

    /// Waits for the first bytes of a plain connection to tell HTTP/2 from HTTP/1. Confined to its
    /// event loop.
    private static final class PrefaceCheck extends ByteToMessageDecoder {
        private final Connection connection;
        private final HttpSettings settings;
        private final HttpConnection.Facts facts;

        PrefaceCheck(Connection connection, HttpSettings settings, HttpConnection.Facts facts) {
            this.connection = connection;
            this.settings = settings;
            this.facts = facts;
        }

        @Override
        protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
            switch (Http2Preface.of(in)) {
                case NEED_MORE -> {
                    return;
                }
                case HTTP2 -> connection.http2(settings, facts);
                case OTHER -> connection.http1(settings, facts);
            }
            ctx.pipeline().remove(this);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            connection.broken(ctx, cause);
        }
    }

    /// A connection as network filters see it. Immutable.
    private record OfConnection(Connection connection, @Nullable PeerIdentity peer)
            implements RequestFacts {
        private static final HeaderMap NO_HEADERS = new HeaderMap();

        @Override
        public HeaderMap requestHeaders() {
            return NO_HEADERS;
        }

        @Override
        public InetSocketAddress downstreamRemoteAddress() {
            return inet(connection.channel.remoteAddress());
        }

        @Override
        public InetSocketAddress downstreamLocalAddress() {
            return connection.destination;
        }

        @Override
        public @Nullable String peerUri() {
            return peer == null ? null : peer.verifiedUri();
        }

        @Override
        public @Nullable String requestedServerName() {
            return connection.serverName.isEmpty() ? null : connection.serverName;
        }

        @Override
        public @Nullable Object dynamicMetadata(String namespace) {
            return null;
        }
    }

    /// What an address is called in logs and statistics.
    public static String statName(java.net.SocketAddress address) {
        return Addresses.text(address).replace(':', '_');
    }
}
