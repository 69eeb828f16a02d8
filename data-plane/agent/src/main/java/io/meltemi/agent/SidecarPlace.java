package io.meltemi.agent;

import io.meltemi.agent.identity.ControlPlane.Marking;
import io.meltemi.agent.intercept.MeshPorts;
import io.meltemi.agent.intercept.Pod;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.TimeUnit;

/// Where one sidecar lives: a pod, and an event loop whose thread is in it. Immutable.
///
/// The same sidecar runs beside others in one JVM or alone: only who made its loop differs.
public record SidecarPlace(Pod pod, EventLoop loop, MeshPorts ports, Marking marking)
        implements AutoCloseable {
    private static final long LOOP_END_SECONDS = 2;

    /// A loop of its own in a JVM that many share: its thread enters the pod before its first
    /// socket.
    public static SidecarPlace shared(Pod pod) {
        return new SidecarPlace(
                pod,
                new MultiThreadIoEventLoopGroup(
                                1,
                                pod.netns().threads("sidecar " + pod.name()),
                                EpollIoHandler.newFactory())
                        .next(),
                MeshPorts.ISTIO,
                Marking.MARKED);
    }

    /// The loop of a JVM that was started inside the pod.
    public static SidecarPlace own(Pod pod) {
        return new SidecarPlace(
                pod,
                new MultiThreadIoEventLoopGroup(
                                1,
                                new DefaultThreadFactory("sidecar " + pod.name(), true),
                                EpollIoHandler.newFactory())
                        .next(),
                MeshPorts.ISTIO,
                Marking.MARKED);
    }

    /// The address of the workload.
    public String address() {
        return pod.address().getHostAddress();
    }

    /// Ends the loop and with it every socket of the sidecar.
    @Override
    public void close() {
        loop.parent()
                .shutdownGracefully(0, LOOP_END_SECONDS, TimeUnit.SECONDS)
                .awaitUninterruptibly();
    }
}
