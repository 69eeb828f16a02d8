package io.meltemi.agent.bootstrap;

import io.grpc.Channel;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.meltemi.agent.identity.IdentityKeeper;
import io.meltemi.agent.identity.SecretServer;
import io.meltemi.agent.workloadapi.WorkloadApi;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.Executors;

/// A workload's Unix socket: everything an Envoy needs of the mesh, and the identity of the
/// workload for its application. Nothing leaves the machine on it. Thread-safe.
///
/// Who opens it can do what the workload can, and no more: that needs no other proof than the
/// file's owner.
///
/// @param path at most 107 bytes
public record AgentSocket(Path path, Server server) implements AutoCloseable {
    private static final int MESSAGE_LIMIT = 64 << 20;

    /// Listens.
    ///
    /// @param controlPlane the agent's own proven channel, which stays its owner's
    public static AgentSocket open(
            Path path, EventLoopGroup loop, IdentityKeeper identity, Channel controlPlane)
            throws IOException {
        Files.deleteIfExists(path);
        Server server =
                NettyServerBuilder.forAddress(new DomainSocketAddress(path.toString()))
                        .channelType(EpollServerDomainSocketChannel.class)
                        .bossEventLoopGroup(loop)
                        .workerEventLoopGroup(loop)
                        .executor(Executors.newVirtualThreadPerTaskExecutor())
                        .maxInboundMessageSize(MESSAGE_LIMIT)
                        .addService(new SecretServer(identity))
                        .addService(WorkloadApi.of(identity))
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
