package io.meltemi.agent;

import io.meltemi.agent.identity.ControlPlane.Marking;
import io.meltemi.agent.intercept.MeshPorts;
import io.meltemi.agent.intercept.Pod;
import io.meltemi.agent.supervise.PodCommand;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/// Where one sidecar lives: its site, and an event loop whose thread is there. Immutable.
///
/// The same sidecar runs beside others in one JVM or alone: only who made its loop differs.
///
/// @param marking whether its sockets carry the mark that a pod's rules spare
public record SidecarPlace(Site site, EventLoop loop, MeshPorts ports, Marking marking)
        implements AutoCloseable {
    private static final long LOOP_END_SECONDS = 2;

    /// A loop of its own in a JVM that many share: its thread enters the pod before its first
    /// socket.
    public static SidecarPlace shared(Site site) {
        return switch (site) {
            case Site.InPod(var pod) ->
                    new SidecarPlace(
                            site,
                            loop(pod.netns().threads("sidecar " + pod.name())),
                            MeshPorts.ISTIO,
                            Marking.MARKED);
            case Site.OnHost(var place, var _) ->
                    new SidecarPlace(
                            site, loop(ofThisJvm(place.name())), place.ports(), Marking.PLAIN);
        };
    }

    /// The loop of a JVM that was started inside the pod.
    public static SidecarPlace own(Pod pod) {
        return new SidecarPlace(
                new Site.InPod(pod), loop(ofThisJvm(pod.name())), MeshPorts.ISTIO, Marking.MARKED);
    }

    private static ThreadFactory ofThisJvm(String name) {
        return new DefaultThreadFactory("sidecar " + name, true);
    }

    private static EventLoop loop(ThreadFactory threads) {
        return new MultiThreadIoEventLoopGroup(1, threads, EpollIoHandler.newFactory()).next();
    }

    /// Where the sidecar's own sockets listen: its admin endpoint for one.
    public String loopback() {
        return switch (site) {
            case Site.InPod _ -> "127.0.0.1";
            case Site.OnHost _ -> site.address();
        };
    }

    /// The pod, if there is one.
    public Optional<Pod> pod() {
        return site instanceof Site.InPod(var pod) ? Optional.of(pod) : Optional.empty();
    }

    /// Where the agent's socket lies.
    ///
    /// @param run the folder of the mesh's sockets, its owner's alone
    public Path socket(Path run) {
        return switch (site) {
            case Site.InPod(var pod) -> pod.files().resolve(PodCommand.SOCKET);
            case Site.OnHost(var place, var _) ->
                    run.resolve("w" + place.address().getHostAddress().substring("127.".length()));
        };
    }

    /// Where the application sees it.
    public Path shownSocket(Path run) {
        return switch (site) {
            case Site.InPod _ -> run.resolve(PodCommand.SHOWN_SOCKET);
            case Site.OnHost _ -> socket(run);
        };
    }

    /// The address of the workload.
    public String address() {
        return site.address();
    }

    /// Ends the loop and with it every socket of the sidecar.
    @Override
    public void close() {
        loop.parent()
                .shutdownGracefully(0, LOOP_END_SECONDS, TimeUnit.SECONDS)
                .awaitUninterruptibly();
    }
}
