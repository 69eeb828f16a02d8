package io.meltemi.agent.bootstrap;

import io.meltemi.agent.intercept.Pod;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// Starts a real Envoy per pod, with the agent's socket beside it. Immutable.
///
/// @param envoy the program
public record EnvoyStarter(Path envoy) implements DataPlaneStarter {
    @Override
    public List<String> capabilities() {
        return List.of();
    }

    @Override
    public DataPlane start(Environment environment) throws IOException {
        Pod pod =
                environment
                        .pod()
                        .orElseThrow(() ->
                                new IOException(
                                        "Envoy as data plane needs pods; without them take our"
                                                + " own: --data-plane meltemi"));
        Path path = pod.files().resolve("agent.sock");
        AgentSocket socket =
                AgentSocket.open(
                        path,
                        environment.loop().parent(),
                        environment.secrets(),
                        environment.controlPlane());
        SidecarBootstrap bootstrap =
                new SidecarBootstrap(
                        environment.node(),
                        environment.loopback(),
                        environment.ports(),
                        path,
                        SidecarBootstrap.DataPlaneKind.ENVOY);
        try {
            return new WithSocket(
                    EnvoyProxyProcess.start(
                            envoy, pod, bootstrap, environment.loop(), environment.sink()),
                    socket);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /// The socket lives as long as the Envoy it serves.
    private record WithSocket(EnvoyProxyProcess envoy, AgentSocket socket) implements DataPlane {
        @Override
        public CompletableFuture<Void> ready() {
            return envoy.ready();
        }

        @Override
        public boolean isReady() {
            return envoy.isReady();
        }

        @Override
        public CompletableFuture<Void> ended() {
            return envoy.ended();
        }

        @Override
        public void drain(Duration limit) {
            envoy.drain(limit);
            socket.close();
        }

        @Override
        public void close() {
            envoy.close();
            socket.close();
        }
    }
}
