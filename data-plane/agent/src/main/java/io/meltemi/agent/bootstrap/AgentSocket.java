package io.meltemi.agent.bootstrap;

import io.grpc.Channel;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.meltemi.agent.identity.SecretServer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.Executors;

/// The pod's Unix socket: everything an Envoy needs of the mesh, and nothing leaves the machine on
/// it. Thread-safe.
///
/// The application cannot see it: its /run is covered.
///
/// @param path at most 107 bytes
public record AgentSocket(Path path, Server server) implements AutoCloseable {
    private static final int MESSAGE_LIMIT = 64 << 20;

    /// Listens.
    ///
    /// @param controlPlane the agent's own proven channel, which stays its owner's
    public static AgentSocket open(
            Path path, EventLoopGroup loop, SecretServer secrets, Channel controlPlane)
            throws IOException {
        Files.deleteIfExists(path);
        Server server =
                NettyServerBuilder.forAddress(new DomainSocketAddress(path.toString()))
                        .channelType(EpollServerDomainSocketChannel.class)
                        .bossEventLoopGroup(loop)
                        .workerEventLoopGroup(loop)
                        .executor(Executors.newVirtualThreadPerTaskExecutor())
                        .maxInboundMessageSize(MESSAGE_LIMIT)
                        .addService(secrets)
                        .fallbackHandlerRegistry(new GrpcRelay(controlPlane))
                        .build()
                        .start();
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
        return new AgentSocket(path, server);
    }

    @Override
    public void close() {
        server.shutdownNow();
        try {
            Files.deleteIfExists(path);
        } catch (IOException _) {
            // Its folder went before it.
        }
    }
}
