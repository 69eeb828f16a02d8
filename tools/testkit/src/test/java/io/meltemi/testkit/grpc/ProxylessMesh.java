package io.meltemi.testkit.grpc;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.meltemi.agent.SidecarOptions.Port;
import io.meltemi.agent.grpc.GrpcAgent;
import io.meltemi.agent.grpc.GrpcProgram;
import io.meltemi.agent.identity.ControlSocket;
import io.meltemi.base.identity.TrustDomain;
import io.meltemi.base.net.HostPort;
import io.meltemi.citadel.jwks.KeyFetchSettings;
import io.meltemi.model.snapshot.MeshSettings;
import io.meltemi.server.ControlPlane;
import io.meltemi.server.ControlPlaneSettings;
import io.meltemi.server.trust.AuthoritySettings;
import io.meltemi.testkit.FreePort;
import io.meltemi.testkit.grpc.XdsProgram.Language;
import io.meltemi.xds.proto.control.ControlGrpc;
import io.meltemi.xds.proto.control.ProxyStatus;
import io.meltemi.xds.proto.control.StatusRequest;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A whole control plane, with agents for programs of gRPC. Confined to its test.
final class ProxylessMesh implements AutoCloseable {
    private final Path folder;
    private final int secured = FreePort.onLoopback();
    private final int metrics = FreePort.onLoopback();
    private final Path socket;
    private final EventLoopGroup loop =
            new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());

    /// The newest first.
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();

    /// @param folder short: sockets lie in it
    ProxylessMesh(Path folder) throws IOException {
        this.folder = folder;
        this.socket = folder.resolve("control.sock");
        Files.createDirectories(folder.resolve("config"));
        parts.push(() -> loop.shutdownGracefully().awaitUninterruptibly(1_000));
        parts.push(
                ControlPlane.start(
                        new ControlPlaneSettings(
                                List.of(folder.resolve("config")),
                                Optional.empty(),
                                folder.resolve("state"),
                                new HostPort("127.0.0.1", secured),
                                Optional.empty(),
                                new HostPort("127.0.0.1", metrics),
                                new HostPort("127.0.0.1", FreePort.onLoopback()),
                                new HostPort("127.0.0.1", FreePort.onLoopback()),
                                socket,
                                AuthoritySettings.ofOwnRoots(Duration.ofHours(1)),
                                List.of(),
                                KeyFetchSettings.DEFAULT,
                                MeshSettings.DEFAULT)));
    }

    /// @param file name of one of the files that are the configuration
    void configure(String file, String yaml) throws IOException {
        Files.writeString(folder.resolve("config").resolve(file), yaml);
    }

    /// Starts a program of the namespace `shop` beside an agent of its own.
    ///
    /// @param ports where its servers are called
    XdsProgram program(
            Language language, String service, Map<String, String> labels, List<Port> ports)
            throws IOException {
        Path own = folder.resolve(service);
        GrpcAgent agent;
        try (ControlSocket join = new ControlSocket(socket, loop)) {
            agent =
                    new GrpcAgent(
                            new GrpcProgram(service, "shop", service, labels, "127.0.0.1", ports),
                            own,
                            TrustDomain.CLUSTER_LOCAL,
                            new io.meltemi.agent.identity.ControlPlane(
                                    new HostPort("127.0.0.1", secured), "meltemi.local"),
                            join.grant("shop", service),
                            loop);
        }
        parts.push(agent);
        XdsProgram program =
                XdsProgram.start(language, agent.bootstrap(), folder.resolve(service + ".log"));
        parts.push(program);
        return program;
    }

    /// A page of the control plane.
    String page(String path) throws IOException {
        try (var in = URI.create("http://127.0.0.1:" + metrics + path).toURL().openStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /// What gRPC refused, and what keeps the configuration from being in force.
    List<String> complaints() {
        ManagedChannel channel =
                NettyChannelBuilder.forAddress(new DomainSocketAddress(socket.toString()))
                        .eventLoopGroup(loop)
                        .channelType(EpollDomainSocketChannel.class)
                        .usePlaintext()
                        .overrideAuthority("localhost")
                        .build();
        try {
            var status =
                    ControlGrpc.newBlockingStub(channel).status(StatusRequest.getDefaultInstance());
            List<String> complaints = new ArrayList<>();
            for (ProxyStatus proxy : status.getProxiesList()) {
                proxy.getTypesMap()
                        .forEach((type, state) -> {
                            if (!state.getRefusal().isEmpty()) {
                                complaints.add(proxy.getNode() + " " + type + " " + state);
                            }
                        });
            }
            status.getDiagnosticsList().stream()
                    .filter(d -> d.getSeverity().equals("ERROR"))
                    .forEach(d -> complaints.add(d.toString()));
            return complaints;
        } finally {
            channel.shutdownNow();
        }
    }

    @Override
    public void close() {
        while (!parts.isEmpty()) {
            AutoCloseable part = parts.pop();
            try {
                part.close();
            } catch (Exception e) {
                throw new IllegalStateException("a part of the mesh does not close", e);
            }
        }
    }
}
