package io.meltemi.agent.identity;

import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.meltemi.xds.client.StatusText;
import io.meltemi.xds.proto.control.ControlGrpc;
import io.meltemi.xds.proto.control.JoinTokenRequest;
import io.meltemi.xds.proto.control.JoinTokenResponse;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// The control plane's Unix socket, which only its owner can open: who can may let workloads in.
/// Thread-safe.
public final class ControlSocket implements JoinSource, AutoCloseable {
    private static final long DEADLINE_SECONDS = 30;

    /// Everything waits for a control plane that is starting, and asking its socket costs nothing.
    private static final Duration RETRY = Duration.ofMillis(50);

    private final Path path;
    private final ManagedChannel channel;

    public ControlSocket(Path path, EventLoopGroup loop) {
        this.path = path;
        this.channel = channel(path, loop).build();
        ControlPlane.keepTrying(channel, ConnectivityState.IDLE, loop, RETRY);
    }

    /// A way to a control plane's socket.
    public static NettyChannelBuilder channel(Path path, EventLoopGroup loop) {
        return NettyChannelBuilder.forAddress(new DomainSocketAddress(path.toString()))
                .eventLoopGroup(loop)
                .channelType(EpollDomainSocketChannel.class)
                .usePlaintext()
                // gRPC sets it for TCP; a socket in a file knows it not, and Netty warns.
                .withOption(ChannelOption.SO_KEEPALIVE, null)
                .overrideAuthority("localhost");
    }

    /// Waits for a control plane that is still starting.
    @Override
    public JoinGrant grant(String namespace, String serviceAccount) throws IOException {
        try {
            JoinTokenResponse response =
                    ControlGrpc.newBlockingStub(channel)
                            .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS)
                            .withWaitForReady()
                            .issueJoinToken(
                                    JoinTokenRequest.newBuilder()
                                            .setNamespace(namespace)
                                            .setServiceAccount(serviceAccount)
                                            .build());
            return new JoinGrant(
                    response.getToken(), Pem.readCertificates(response.getRootCertificate()));
        } catch (StatusRuntimeException e) {
            throw new IOException(
                    "joining as "
                            + namespace
                            + "/"
                            + serviceAccount
                            + " at "
                            + path
                            + ": the control plane answers "
                            + StatusText.of(e.getStatus()),
                    e);
        } catch (CertificateException e) {
            throw new IOException("the control plane's root is malformed", e);
        }
    }

    /// gRPC's descriptions carry whole stack traces; people need their first line.
    @Override
    public void close() {
        channel.shutdownNow();
    }
}
