package io.meltemi.agent;

import io.meltemi.agent.bootstrap.DataPlaneStarter;
import io.meltemi.agent.dns.Upstreams;
import io.meltemi.agent.identity.ControlPlane;
import io.meltemi.agent.identity.ControlSocket;
import io.meltemi.agent.identity.Rotation;
import io.meltemi.agent.intercept.Holder;
import io.meltemi.agent.intercept.HolderCommand.Lifetime;
import io.meltemi.agent.intercept.Lifeline;
import io.meltemi.agent.intercept.PassedSockets;
import io.meltemi.agent.intercept.Relay;
import io.meltemi.agent.supervise.Launch;
import io.meltemi.agent.supervise.RestartPolicy;
import io.meltemi.agent.supervise.SupervisedProcess;
import io.meltemi.base.net.HostPort;
import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.FileDescriptor;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// The holder's program: the first process of a mesh's namespaces. Thread-safe.
public final class Node implements ControlChannel.NodeProcesses, AutoCloseable {
    private static final Duration READY_LIMIT = Duration.ofSeconds(20);
    private static final Duration DRAIN_LIMIT = Duration.ofSeconds(8);
    private static final Duration CONTROL_PLANE_GRACE = Duration.ofSeconds(2);
    private static final Duration CLIENT_GRACE = Duration.ofSeconds(2);
    private static final Duration FIRST_CLIENT_LIMIT = Duration.ofSeconds(60);

    private final Teardown started = new Teardown();
    private final NodeSettings settings;

    /// Held here: a lock that nobody refers to is given back by the collector.
    private final FileLock claim;

    private final EventLoopGroup loop;
    private final NodeAgent agent;
    private final Optional<SupervisedProcess> controlPlane;

    /// Brings everything up, with a pod for each workload.
    public Node(NodeSettings settings, DataPlaneStarter dataPlanes) throws IOException {
        this(settings, dataPlanes, PodSites::up);
    }

    /// @param sites asked first: it prepares the machine
    Node(NodeSettings settings, DataPlaneStarter dataPlanes, Sites.Maker sites) throws IOException {
        this.settings = settings;
        claim =
                settings.run()
                        .make()
                        .claim()
                        .orElseThrow(() ->
                                new IOException(
                                        "another holder lives in " + settings.run().path()));
        try {
            Sites made = sites.make();
            // Netty looks at the network interfaces once: they must be there.
            loop =
                    new MultiThreadIoEventLoopGroup(
                            1, new DefaultThreadFactory("node", true), EpollIoHandler.newFactory());
            controlPlane = startControlPlane();
            controlPlane.ifPresent(p -> started.add(() -> p.stop(CONTROL_PLANE_GRACE)));
            ControlSocket join = started.add(new ControlSocket(settings.join(), loop));
            agent = started.add(new NodeAgent(made, mesh(join, dataPlanes), starter()));
            acceptFromHost();
            started.add(ControlChannel.open(settings.run().controlSocket(), agent, this));
        } catch (IOException | RuntimeException e) {
            started.close();
            throw e;
        }
    }

    private SidecarStarter starter() {
        return settings.ownSidecars() ? new OwnSidecarStarter(settings) : SharedSidecar::start;
    }

    private Mesh mesh(ControlSocket join, DataPlaneStarter dataPlanes) throws IOException {
        return new Mesh(
                settings.trustDomain(),
                new ControlPlane(settings.controlPlane(), settings.serverName()),
                join,
                Rotation.ISTIO,
                dataPlanes,
                Upstreams.of(Path.of("/etc/resolv.conf")),
                settings.run().path(),
                settings.uid(),
                settings.gid(),
                READY_LIMIT);
    }

    private Optional<SupervisedProcess> startControlPlane() throws IOException {
        if (settings.controlPlaneCommand().isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                SupervisedProcess.start(
                        new Launch(
                                "control-plane",
                                settings.controlPlaneCommand(),
                                Map.of(),
                                Path.of("").toAbsolutePath(),
                                false),
                        RestartPolicy.OnFailure.DEFAULT,
                        Node::print,
                        _ -> {}));
    }

    private void acceptFromHost() throws IOException {
        List<HostPort> targets = settings.hostSockets();
        if (targets.isEmpty()) {
            return;
        }
        List<FileDescriptor> sockets =
                PassedSockets.fetch(settings.run().hostSocket(), loop, targets.size());
        for (int i = 0; i < targets.size(); i++) {
            HostPort target = targets.get(i);
            var _ = PassedSockets.accept(sockets.get(i), loop, Relay.to(() -> resolve(target)));
        }
    }

    /// A connection finds the workload where it is then.
    @Override
    public AutoCloseable expose(String offer, String name, int port) throws IOException {
        Path door = settings.run().path().resolve(Path.of(offer).getFileName());
        FileDescriptor socket = PassedSockets.fetch(door, loop, 1).getFirst();
        Channel accepting =
                PassedSockets.accept(
                                socket,
                                loop,
                                Relay.to(() ->
                                        agent.siteOf(name)
                                                .map(site ->
                                                        new InetSocketAddress(
                                                                site.address(), port))))
                        .channel();
        return () -> accepting.close().awaitUninterruptibly();
    }

    private Optional<InetSocketAddress> resolve(HostPort target) {
        return target.host().equals("gateway")
                ? agent.gateway(target.port())
                : Optional.of(new InetSocketAddress(target.host(), target.port()));
    }

    /// Where the lines of programs go that belong to no client.
    static void print(String program, String line) {
        System.out.println(program + ": " + line);
    }

    /// Serves until the lifeline or the last client is gone.
    public void serve() {
        switch (settings.lifetime()) {
            case LAUNCHER -> Lifeline.watch(System.in, this::close, DRAIN_LIMIT);
            // Whoever asked for this holder may have ended before it said a word.
            case CLIENTS -> stopIfUnusedAfter(FIRST_CLIENT_LIMIT);
        }
        System.out.println(Holder.READY);
    }

    @Override
    public void killControlPlane() {
        controlPlane
                .orElseThrow(
                        () -> new IllegalArgumentException("the control plane is not run by me"))
                .kill();
    }

    /// A client that comes back within the grace finds the mesh as it was.
    @Override
    public void lastClientLeft() {
        if (settings.lifetime() == Lifetime.CLIENTS) {
            stopIfUnusedAfter(CLIENT_GRACE);
        }
    }

    private void stopIfUnusedAfter(Duration time) {
        var _ =
                loop.schedule(
                        () -> Thread.ofVirtual().start(this::stopIfUnused),
                        time.toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    private void stopIfUnused() {
        if (agent.list().isEmpty()) {
            stop();
        }
    }

    @Override
    public void stop() {
        Thread.ofPlatform()
                .start(() -> {
                    close();
                    Runtime.getRuntime().halt(0);
                });
    }

    /// The claim outlives everything else: who comes next finds nothing of ours.
    @Override
    public void close() {
        started.close();
        try {
            claim.channel().close();
        } catch (IOException _) {
            // It is given back with the process.
        }
    }
}
