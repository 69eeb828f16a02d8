package io.meltemi.agent.bootstrap;

import io.meltemi.agent.intercept.Pod;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// Starts a real Envoy per pod, which asks the agent over its socket. Immutable.
///
/// @param envoy the program
public record EnvoyStarter(Path envoy) implements DataPlaneStarter {
    @Override
    public List<String> capabilities() {
        return List.of();
    }

    @Override
    public boolean needsSocket() {
        return true;
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
        Path socket =
                environment
                        .socket()
                        .orElseThrow(() ->
                                new IllegalStateException("Envoy asks the agent over a socket"));
        SidecarBootstrap bootstrap =
                new SidecarBootstrap(
                        environment.node(),
                        environment.loopback(),
                        environment.ports(),
                        socket,
                        SidecarBootstrap.DataPlaneKind.ENVOY);
        return EnvoyProxyProcess.start(
                envoy, pod, bootstrap, environment.loop(), environment.sink());
    }
}
