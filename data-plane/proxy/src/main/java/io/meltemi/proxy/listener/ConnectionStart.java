package io.meltemi.proxy.listener;

import io.meltemi.proxy.cluster.Addresses;
import io.meltemi.proxy.filter.network.TerminalFilter;
import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.http.HttpConnection;
import io.meltemi.proxy.http.HttpSettings;
import io.meltemi.proxy.http.HttpWorker;
import io.meltemi.proxy.http.ResponseFlag;
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
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What happens to a connection between accept and its first request: original destination,
/// inspection, filter chain, TLS, codec. Confined to its event loop.
@SuppressWarnings("FutureReturnValueIgnored") // closing is heard by the close future
public final class ConnectionStart {
    private static final InetSocketAddress NOWHERE =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final HeaderMap NO_HEADERS = new HeaderMap();

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
        if (accepting.settings().originalDestination()) {
            InetSocketAddress original = OriginalDestination.of(channel);
            if (original != null) {
                destination = original;
            }
        }
        Ends ends = new Ends(inet(channel.remoteAddress()), destination);
        readProxyProtocol(accepting, channel, ends, told -> handedOver(accepting, channel, told));
    }

    private void handedOver(ListenerPort accepting, Channel channel, Ends ends) {
        ListenerSettings settings = accepting.settings();
        // A transparent socket has the address the client meant for its own.
        boolean redirected =
                (settings.originalDestination() && settings.sockets().transparent())
                        || !ends.destination().equals(inet(channel.localAddress()));
        ListenerPort port = accepting;
        if (settings.handsOff() && redirected) {
            port = handOff.apply(accepting, ends.destination());
        }
        ListenerPort its = port;
        if (its.equals(accepting)) {
            new Connection(its, channel, ends, redirected).inspect();
        } else {
            readProxyProtocol(
                    its,
                    channel,
                    ends,
                    told -> new Connection(its, channel, told, redirected).inspect());
        }
    }

    /// Where a connection comes from and goes to. Immutable.
    record Ends(InetSocketAddress source, InetSocketAddress destination) {}

    private void readProxyProtocol(
            ListenerPort port, Channel channel, Ends ends, Consumer<Ends> next) {
        ProxyProtocol protocol = port.settings().proxyProtocol();
        if (protocol == null || !protocol.enabled().test(ends.destination())) {
            next.accept(ends);
            return;
        }
        ProxyProtocolReader reader = new ProxyProtocolReader(protocol, loop.index(), ends, next);
        channel.pipeline().addLast(reader);
        limitInspection(port, channel, reader, () -> next.accept(ends));
    }

    /// @param instead what happens when the time is over and the listener goes on all the same
    private void limitInspection(
            ListenerPort port, Channel channel, ChannelHandler inspector, Runnable instead) {
        if (port.settings().inspectNanos() == 0) {
            return;
        }
        Timer timer =
                new Timer(_ -> {
                    if (channel.pipeline().context(inspector) != null) {
                        port.stats().inspectTimeout.increment(loop.index());
                        if (port.settings().continueWithoutInspection()) {
                            instead.run();
                            channel.pipeline().remove(inspector);
                        } else {
                            channel.close();
                        }
                    }
                });
        loop.timers().arm(timer, port.settings().inspectNanos());
        channel.closeFuture().addListener(_ -> loop.timers().cancel(timer));
    }

    private static InetSocketAddress inet(@Nullable SocketAddress address) {
        return address instanceof InetSocketAddress inet ? inet : NOWHERE;
    }

    /// One connection on its way to a codec. Confined to its event loop.
    private final class Connection implements TlsInspector.Listener, NetworkChain.Owner {
        private final ListenerPort port;
        private final ListenerSettings settings;
        private final Channel channel;
        private final InetSocketAddress source;
        private final InetSocketAddress destination;
        private final boolean redirected;
        private final OpenConnection open;
        private String serverName = "";
        private String transport = "raw_buffer";
        private List<String> protocols = List.of();
        private @Nullable PeerIdentity peer;
        private @Nullable NetworkChain filters;
        private @Nullable ExchangeRecord tcpRecord;
        private @Nullable ListenerLog log;
        private boolean unmatched;

        /// False once a network filter keeps the connection from going further.
        private boolean goesOn = true;

        Connection(ListenerPort port, Channel channel, Ends ends, boolean redirected) {
            this.port = port;
            this.settings = port.settings();
            this.channel = channel;
            this.source = ends.source();
            this.destination = ends.destination();
            this.redirected = redirected;
            this.open = port.adopt(channel);
            if (!settings.accessLogs().isEmpty()) {
                ListenerLog its = new ListenerLog(record(null));
                log = its;
                channel.closeFuture().addListener(_ -> logConnection(its));
            }
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
                limitInspection(port, channel, inspector, this::choose);
            } else {
                choose();
            }
        }

        private void choose() {
            ConnectionFacts facts =
                    new ConnectionFacts(
                            source,
                            inet(channel.remoteAddress()),
                            destination,
                            serverName,
                            transport,
                            protocols);
            // Not the chains there were when the connection came: they may be gone.
            ListenerSettings current = port.settings();
            FilterChain chain = ChainPicker.pick(current.chains(), facts);
            if (chain == null) {
                chain = current.defaultChain();
            }
            if (chain == null) {
                port.stats().noFilterChainMatch.increment(loop.index());
                unmatched = true;
                channel.close();
                return;
            }
            open.chain = chain;
            open.drain = () -> channel.close();
            if (!chain.filters().isEmpty()) {
                filters = new NetworkChain(chain.filters(), loop, channel, this);
                goesOn = filters.begin();
            }
            if (chain.tls() != null) {
                handshake(chain);
            } else if (goesOn) {
                ready(chain, null);
            }
        }

        private void handshake(FilterChain chain) {
            if (!channel.isOpen()) {
                return;
            }
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
                                if (goesOn) {
                                    ready(chain, tls == null ? null : tls.applicationProtocol());
                                }
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
            SocketAddress local = channel.localAddress();
            SocketAddress remote = channel.remoteAddress();
            return loop.connectionRecords()
                    .of(
                            channel,
                            remote instanceof InetSocketAddress || remote == null ? source : remote,
                            redirected || local == null ? destination : local);
        }

        /// A listener's own logs have a line for each of its connections, whatever became of it.
        private void logConnection(ListenerLog its) {
            ExchangeRecord record = its.record();
            record.isTcp = true;
            if (record.downstream == null) {
                record.downstream = connectionRecord();
            }
            record.requestedServerName = serverName.isEmpty() ? null : serverName;
            record.filterChainName = open.chain == null ? null : open.chain.name();
            if (unmatched) {
                record.addFlag(ResponseFlag.NO_ROUTE_FOUND);
            }
            record.endNanos = record.sinceStart(loop.nanos());
            settings.accessLogs().log(record);
        }

        private ExchangeRecord record(@Nullable ConnectionRecord connection) {
            ExchangeRecord record = new ExchangeRecord(loop.index());
            record.begin(epochOffsetNanos + loop.nanos(), loop.nanos());
            record.downstream = connection;
            record.requestedServerName = serverName.isEmpty() ? null : serverName;
            return record;
        }

        private void ready(FilterChain chain, @Nullable String alpn) {
            peer = PeerIdentity.of(channel);
            if (log != null) {
                log.record().downstream = connectionRecord();
                channel.pipeline().addLast(log);
            }
            if (filters != null) {
                filters.install();
            }
            switch (chain.terminal()) {
                case FilterChain.Terminal.Tcp(TcpSettings tcp) -> tcp(chain, tcp);
                case FilterChain.Terminal.Other(TerminalFilter filter) -> filter.take(channel);
                case FilterChain.Terminal.Http(HttpSettings manager) -> {
                    HttpConnection.Facts facts =
                            new HttpConnection.Facts(
                                    channel,
                                    connectionRecord(),
                                    source,
                                    inet(channel.remoteAddress()),
                                    destination,
                                    peer,
                                    serverName.isEmpty() ? null : serverName,
                                    chain.name(),
                                    redirected,
                                    settings.drainsOnModifyOnly());
                    http(manager, facts, alpn);
                }
            }
        }

        /// A TCP proxy logs its connections, those it never got included; HTTP has no request yet.
        @Override
        public void close(@Nullable String details, @Nullable ResponseFlag flag, int bytesHeld) {
            FilterChain chain = open.chain;
            ExchangeRecord record = tcpRecord;
            if (log != null) {
                end(log.record(), details, flag);
            }
            if (chain != null && chain.terminal() instanceof FilterChain.Terminal.Tcp(var tcp)) {
                boolean begun = record != null;
                if (record == null) {
                    record = record(connectionRecord());
                    record.isTcp = true;
                    record.filterChainName = chain.name();
                    record.endNanos = 0;
                }
                end(record, details, flag);
                record.bytesReceived += bytesHeld;
                if (!begun) {
                    tcp.accessLogs().log(record);
                }
            }
            channel.close();
        }

        private static void end(
                ExchangeRecord record, @Nullable String details, @Nullable ResponseFlag flag) {
            record.connectionTerminationDetails = details;
            if (flag != null) {
                record.addFlag(flag);
            }
        }

        private void tcp(FilterChain chain, TcpSettings tcp) {
            ExchangeRecord record = record(connectionRecord());
            record.filterChainName = chain.name();
            tcpRecord = record;
            TcpSession session =
                    new TcpSession(
                            tcp,
                            loop,
                            clusters,
                            record,
                            filters == null ? null : filters.cluster(),
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

        @Override
        public HeaderMap requestHeaders() {
            return NO_HEADERS;
        }

        @Override
        public InetSocketAddress downstreamRemoteAddress() {
            return source;
        }

        @Override
        public InetSocketAddress downstreamDirectRemoteAddress() {
            return inet(channel.remoteAddress());
        }

        @Override
        public InetSocketAddress downstreamLocalAddress() {
            return destination;
        }

        @Override
        public @Nullable String peerUri() {
            return peer == null ? null : peer.verifiedUri();
        }

        @Override
        public @Nullable String requestedServerName() {
            return serverName.isEmpty() ? null : serverName;
        }

        @Override
        public @Nullable Object dynamicMetadata(String namespace) {
            return null;
        }

        private void opened(HttpConnection connection, @Nullable Runnable drain) {
            open.drain = connection::drain;
            open.letGo = connection::letGo;
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

    /// What an address is called in logs and statistics.
    public static String statName(SocketAddress address) {
        return Addresses.text(address).replace(':', '_');
    }
}
