package io.meltemi.agent.identity;

import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.meltemi.agent.intercept.MeshPorts;
import io.meltemi.base.net.HostPort;
import io.meltemi.base.tls.CurrentTrustManager;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.unix.IntegerUnixChannelOption;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// Where the control plane is and how it is known. Immutable.
///
/// @param address of port 15012
/// @param serverName must stand in the server's certificate
public record ControlPlane(HostPort address, String serverName) {
    /// A name that every control plane of ours has in its certificate.
    public static final String SERVER_NAME = "meltemi.local";

    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
    private static final Duration RETRY = Duration.ofMillis(500);
    private static final IntegerUnixChannelOption SO_MARK =
            new IntegerUnixChannelOption("SO_MARK", 1, 36);

    /// Whether a workload's sockets must carry the mark that its pod's rules exempt.
    public enum Marking {
        MARKED,
        PLAIN
    }

    /// A channel of one who has a join token and no certificate yet.
    public ManagedChannel joining(
            EventLoopGroup loop, Marking marking, List<X509Certificate> roots, String token)
            throws IOException {
        Metadata metadata = new Metadata();
        metadata.put(AUTHORIZATION, "Bearer " + token);
        return builder(loop, marking)
                .sslContext(tls(() -> roots).build())
                .intercept(MetadataUtils.newAttachHeadersInterceptor(metadata))
                .build();
    }

    /// A channel of one who has proven himself; each connection shows the certificate then in
    /// force.
    public ManagedChannel proven(
            EventLoopGroup loop, Marking marking, Supplier<WorkloadSecrets> secrets)
            throws IOException {
        ManagedChannel channel =
                builder(loop, marking)
                        .sslContext(
                                tls(() -> secrets.get().roots())
                                        .keyManager(new CurrentKeyManager(secrets))
                                        .build())
                        .build();
        keepTrying(channel, ConnectivityState.IDLE, loop, RETRY);
        return channel;
    }

    /// gRPC waits longer after each failure, up to two minutes; a control plane that is back should
    /// be found within a second.
    ///
    /// @param pause between two attempts
    static void keepTrying(
            ManagedChannel channel, ConnectivityState last, EventLoopGroup loop, Duration pause) {
        channel.notifyWhenStateChanged(
                last,
                () -> {
                    ConnectivityState now = channel.getState(false);
                    if (now == ConnectivityState.TRANSIENT_FAILURE) {
                        var _ =
                                loop.schedule(
                                        channel::resetConnectBackoff,
                                        pause.toMillis(),
                                        TimeUnit.MILLISECONDS);
                    }
                    if (now != ConnectivityState.SHUTDOWN) {
                        keepTrying(channel, now, loop, pause);
                    }
                });
    }

    /// Connections are made on the loop, whose thread is in the pod. Keep-alives find out within 15
    /// s that a control plane has vanished without a word.
    private NettyChannelBuilder builder(EventLoopGroup loop, Marking marking) {
        NettyChannelBuilder builder =
                NettyChannelBuilder.forAddress(
                                new InetSocketAddress(address.host(), address.port()))
                        .eventLoopGroup(loop)
                        .channelType(EpollSocketChannel.class)
                        .executor(Executors.newVirtualThreadPerTaskExecutor())
                        .overrideAuthority(serverName)
                        .keepAliveTime(10, TimeUnit.SECONDS)
                        .keepAliveTimeout(5, TimeUnit.SECONDS)
                        .maxInboundMessageSize(64 << 20);
        if (marking == Marking.MARKED) {
            builder.withOption(SO_MARK, MeshPorts.SOCKET_MARK);
        }
        return builder;
    }

    /// The TLS the sidecar has anyway: the JDK's own would be 600 classes more in each
    /// (docs/adr/0007). Both managers are asked at each handshake, so key and roots stay
    /// replaceable.
    private static SslContextBuilder tls(Supplier<List<X509Certificate>> roots) {
        return GrpcSslContexts.configure(
                SslContextBuilder.forClient().trustManager(new CurrentTrustManager(roots)),
                OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK);
    }
}
