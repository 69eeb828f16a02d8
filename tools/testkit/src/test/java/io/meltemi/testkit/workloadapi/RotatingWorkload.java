package io.meltemi.testkit.workloadapi;

import io.meltemi.agent.bootstrap.AgentSocket;
import io.meltemi.agent.identity.ControlSocket;
import io.meltemi.agent.identity.Rotation;
import io.meltemi.agent.identity.WorkloadIdentity;
import io.meltemi.base.identity.SpiffeId;
import io.meltemi.base.identity.TrustDomain;
import io.meltemi.base.net.HostPort;
import io.meltemi.citadel.jwks.KeyFetchSettings;
import io.meltemi.model.snapshot.MeshSettings;
import io.meltemi.server.ControlPlane;
import io.meltemi.server.ControlPlaneSettings;
import io.meltemi.server.trust.AuthoritySettings;
import io.meltemi.testkit.FreePort;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/// A whole control plane and the agent of one workload, whose certificate lives for an hour and is
/// replaced every second: a busy machine is late, and nothing runs out. Confined to its test.
final class RotatingWorkload implements AutoCloseable {
    static final SpiffeId ID = new SpiffeId(TrustDomain.CLUSTER_LOCAL, "shop", "invoice");
    private static final Duration LIFETIME = Duration.ofHours(1);
    private static final Rotation EVERY_SECOND =
            new Rotation(LIFETIME, 1.0 / 3_600, 0.1 / 3_600, Duration.ofMillis(200));

    private final Path socket;

    /// The newest first.
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();

    /// @param folder short: sockets lie in it
    RotatingWorkload(Path folder) throws IOException {
        socket = folder.resolve("agent.sock");
        Path control = folder.resolve("control.sock");
        int secured = FreePort.onLoopback();
        EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        parts.push(() -> loop.shutdownGracefully().awaitUninterruptibly(1_000));
        Files.createDirectories(folder.resolve("config"));
        parts.push(
                ControlPlane.start(
                        new ControlPlaneSettings(
                                List.of(folder.resolve("config")),
                                Optional.empty(),
                                folder.resolve("state"),
                                new HostPort("127.0.0.1", secured),
                                Optional.empty(),
                                new HostPort("127.0.0.1", FreePort.onLoopback()),
                                new HostPort("127.0.0.1", FreePort.onLoopback()),
                                new HostPort("127.0.0.1", FreePort.onLoopback()),
                                control,
                                AuthoritySettings.ofOwnRoots(LIFETIME),
                                List.of(),
                                KeyFetchSettings.DEFAULT,
                                MeshSettings.DEFAULT)));
        try (ControlSocket join = new ControlSocket(control, loop)) {
            WorkloadIdentity identity =
                    WorkloadIdentity.join(
                            ID,
                            join.grant(ID.namespace(), ID.serviceAccount()),
                            new io.meltemi.agent.identity.ControlPlane(
                                    new HostPort("127.0.0.1", secured), "meltemi.local"),
                            EVERY_SECOND,
                            loop,
                            io.meltemi.agent.identity.ControlPlane.Marking.PLAIN);
            parts.push(identity);
            parts.push(AgentSocket.open(socket, loop, identity.keeper(), identity.channel()));
        }
    }

    /// What `SPIFFE_ENDPOINT_SOCKET` must be.
    String endpoint() {
        return "unix://" + socket;
    }

    Path socket() {
        return socket;
    }

    @Override
    public void close() {
        while (!parts.isEmpty()) {
            AutoCloseable part = parts.pop();
            try {
                part.close();
            } catch (Exception e) {
                throw new IllegalStateException("a part does not close", e);
            }
        }
    }
}
