package io.meltemi.xds.server;

import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.meltemi.base.net.HostPort;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/// A gRPC port of the control plane or of an agent: plain text on loopback or a Unix socket, or
/// TLS. Thread-safe.
public final class XdsServerPort implements AutoCloseable {
    /// Above any answer of a proxy; a request that brings all its resource versions is the largest.
    private static final int MAX_REQUEST_BYTES = 16 << 20;

    /// Agents ping each 10 s, to notice within seconds that a control plane is gone; a peer that
    /// pings twice as often is cut off.
    private static final long MIN_PING_SECONDS = 5;

    /// Finds peers that are gone without a word before their leases run out.
    private static final long PING_SECONDS = 30;

    private static final long PING_ANSWER_SECONDS = 10;
    private static final long CLOSE_SECONDS = 5;

    private final Server server;
    private final SocketAddress address;

    private XdsServerPort(Server server) {
        this.server = server;
        this.address = server.getListenSockets().getFirst();
    }

    /// What carries the port: the process has one set of event loops, made at its root.
    ///
    /// @param threads where services run
    public record Loops(
            EventLoopGroup acceptors,
            EventLoopGroup workers,
            Class<? extends ServerChannel> channelType,
            Executor threads) {}

    /// Opens a port for this machine alone: no secrets may be served on it.
    ///
    /// @param address loopback or a Unix socket; port 0 takes a free one
    /// @throws IllegalArgumentException when others could reach the address
    /// @throws IOException when the address cannot be bound
    public static XdsServerPort plainText(
            SocketAddress address, Loops loops, List<BindableService> services) throws IOException {
        if (address instanceof InetSocketAddress inet && !isLoopback(inet)) {
            throw new IllegalArgumentException(
                    "plain-text xDS on "
                            + address
                            + " could be reached from elsewhere: use a loopback address such as"
                            + " 127.0.0.1:15010, or the TLS port");
        }
        return start(builder(address, loops), services);
    }

    /// Opens a port for all who can prove who they are, and for those who come to get a proof.
    ///
    /// @param tls says which clients are trusted; made with gRPC's ALPN settings
    /// @throws IOException when the address cannot be bound
    public static XdsServerPort tls(
            SocketAddress address, SslContext tls, Loops loops, List<BindableService> services)
            throws IOException {
        NettyServerBuilder builder = builder(address, loops).sslContext(tls);
        return start(builder.intercept(new PeerIdentity()), services);
    }

    private static boolean isLoopback(InetSocketAddress address) {
        InetAddress host = address.getAddress();
        return host != null && host.isLoopbackAddress();
    }

    private static NettyServerBuilder builder(SocketAddress address, Loops loops) {
        return NettyServerBuilder.forAddress(address)
                .bossEventLoopGroup(loops.acceptors())
                .workerEventLoopGroup(loops.workers())
                .channelType(loops.channelType())
                .executor(loops.threads())
                .maxInboundMessageSize(MAX_REQUEST_BYTES)
                .permitKeepAliveTime(MIN_PING_SECONDS, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true)
                .keepAliveTime(PING_SECONDS, TimeUnit.SECONDS)
                .keepAliveTimeout(PING_ANSWER_SECONDS, TimeUnit.SECONDS);
    }

    private static XdsServerPort start(NettyServerBuilder builder, List<BindableService> services)
            throws IOException {
        services.forEach(builder::addService);
        return new XdsServerPort(builder.build().start());
    }

    /// Where it listens, with the port that was taken.
    public SocketAddress address() {
        return address;
    }

    /// The same as host and port; only for a port that is not a Unix socket.
    public HostPort hostPort() {
        InetSocketAddress inet = (InetSocketAddress) address;
        return new HostPort(inet.getAddress().getHostAddress(), inet.getPort());
    }

    /// Stops listening and ends all streams.
    @Override
    public void close() {
        server.shutdownNow();
        try {
            server.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
