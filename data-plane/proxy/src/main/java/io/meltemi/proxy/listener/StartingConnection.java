package io.meltemi.proxy.listener;

import static io.meltemi.proxy.listener.ConnectionStart.inet;

import io.meltemi.proxy.decide.RequestFacts;
import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.http.HttpConnection;
import io.meltemi.proxy.listener.ListenerPort.OpenConnection;
import io.meltemi.proxy.loop.ConnectionFaults;
import io.meltemi.proxy.observe.ConnectionRecord;
import io.meltemi.proxy.tls.ClientHello;
import io.meltemi.proxy.tls.PeerIdentity;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What is known of a connection on its way to a codec; more at every step. It is what network
/// filters ask for facts. Confined to its event loop.
final class StartingConnection implements RequestFacts {
    private static final HeaderMap NO_HEADERS = new HeaderMap();

    final ListenerPort port;

    /// In force when the connection came.
    final ListenerSettings settings;

    final Channel channel;
    final InetSocketAddress source;
    final InetSocketAddress destination;
    final boolean redirected;
    final OpenConnection open;
    private String serverName = "";
    private String transport = "raw_buffer";
    private List<String> protocols = List.of();
    private @Nullable PeerIdentity peer;

    /// Counts the connection as the port's from here on.
    StartingConnection(
            ListenerPort port, Channel channel, ConnectionStart.Ends ends, boolean redirected) {
        this.port = port;
        this.settings = port.settings();
        this.channel = channel;
        this.source = ends.source();
        this.destination = ends.destination();
        this.redirected = redirected;
        this.open = port.adopt(channel);
    }

    void learn(ClientHello hello) {
        serverName = hello.serverName();
        transport = hello.transportProtocol();
        protocols = hello.applicationProtocols();
    }

    /// @param found what the HTTP inspector saw
    void learn(List<String> found) {
        protocols = found;
    }

    /// Looks who the peer is, now that any handshake is over.
    void learnPeer() {
        peer = PeerIdentity.of(channel);
    }

    /// For the filter chain match.
    ConnectionFacts facts() {
        return new ConnectionFacts(
                source,
                inet(channel.remoteAddress()),
                destination,
                serverName,
                transport,
                protocols);
    }

    /// For the HTTP connection manager.
    HttpConnection.Facts httpFacts(FilterChain chain) {
        return new HttpConnection.Facts(
                channel,
                connectionRecord(),
                source,
                inet(channel.remoteAddress()),
                destination,
                peer,
                requestedServerName(),
                chain.name(),
                redirected,
                settings.drainsOnModifyOnly());
    }

    /// For logs.
    ConnectionRecord connectionRecord() {
        SocketAddress local = channel.localAddress();
        SocketAddress remote = channel.remoteAddress();
        // A PROXY header tells of an address where a Unix socket has none.
        boolean isInet = remote == null || !source.equals(inet(null));
        return port.loop()
                .connectionRecords()
                .of(
                        channel,
                        isInet ? source : remote,
                        redirected || local == null ? destination : local);
    }

    /// Closes and counts a connection that something was thrown on.
    void broken(ChannelHandlerContext ctx, Throwable cause) {
        boolean ours = ConnectionFaults.close(ctx, cause);
        (ours ? port.stats().bugs : port.stats().connectionErrors).increment(port.loop().index());
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
    public List<String> peerNames() {
        return peer == null ? List.of() : peer.verifiedNames();
    }

    @Override
    public @Nullable String requestedServerName() {
        return serverName.isEmpty() ? null : serverName;
    }

    @Override
    public @Nullable Object dynamicMetadata(String namespace) {
        return null;
    }
}
