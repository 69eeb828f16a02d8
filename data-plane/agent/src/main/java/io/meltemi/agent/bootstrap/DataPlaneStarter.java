package io.meltemi.agent.bootstrap;

import io.grpc.Channel;
import io.meltemi.agent.identity.ControlPlane.Marking;
import io.meltemi.agent.identity.SecretServer;
import io.meltemi.agent.intercept.MeshPorts;
import io.meltemi.agent.intercept.Pod;
import io.meltemi.agent.supervise.OutputSink;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Starts one kind of data plane. Thread-safe.
public interface DataPlaneStarter {
    /// What a data plane is given.
    ///
    /// @param pod absent where the host's loopback takes its place
    /// @param loopback where the data plane's own sockets listen
    /// @param loop whose thread is in the pod
    /// @param socket where the agent answers, if it does
    /// @param controlPlane the agent's own proven channel, which stays its owner's
    record Environment(
            ProxyNode node,
            Optional<Pod> pod,
            String loopback,
            EventLoop loop,
            MeshPorts ports,
            Marking marking,
            Optional<Path> socket,
            SecretServer secrets,
            Channel controlPlane,
            OutputSink sink) {}

    /// What it can do and a stock Envoy cannot; Pilot asks for it.
    List<String> capabilities();

    /// Whether it asks the agent over a socket.
    boolean needsSocket();

    /// Starts one; whether it serves, it says itself.
    DataPlane start(Environment environment) throws IOException;
}
