package io.meltemi.cli.demo;

import io.meltemi.agent.NodeSettings;
import io.meltemi.agent.explicit.HostHolderCommand;
import io.meltemi.agent.explicit.HostNetwork;
import io.meltemi.agent.explicit.OrphanGuard;
import io.meltemi.agent.identity.ControlPlane;
import io.meltemi.agent.intercept.HolderCommand;
import io.meltemi.agent.intercept.HolderCommand.Lifetime;
import io.meltemi.agent.intercept.NodeNetwork;
import io.meltemi.agent.intercept.RunFolder;
import io.meltemi.base.net.HostPort;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A holder with its control plane, as it is to be started. Immutable.
///
/// @param address where the control plane listens
/// @param config folders with the mesh's YAML
/// @param store the control plane's own folder for what people apply
/// @param hostSockets where connections to each passed socket of the host go
public record HolderProgram(
        Install install,
        RunFolder run,
        Interception interception,
        InetAddress address,
        Lifetime lifetime,
        Optional<Path> envoy,
        boolean ownSidecars,
        List<HostPort> hostSockets,
        List<Path> config,
        Path store,
        Path state,
        Duration certificateLifetime) {
    private static final int CONTROL_PLANE_PORT = 15012;

    /// Where the control plane of a mesh listens.
    ///
    /// @throws IOException when the host has no free address
    public static InetAddress address(Interception interception) throws IOException {
        return switch (interception) {
            case PODS -> NodeNetwork.ADDRESS;
            case EXPLICIT -> HostNetwork.find(CONTROL_PLANE_PORT).address();
        };
    }

    /// The command line.
    public List<String> command() throws IOException, InterruptedException {
        OrphanGuard orphans = OrphanGuard.ofSystem(System.getenv().getOrDefault("PATH", ""));
        List<String> controlPlane =
                interception == Interception.EXPLICIT
                        ? orphans.over(controlPlaneCommand())
                        : controlPlaneCommand();
        NodeSettings settings =
                NodeSettings.of(run, ids("-u"), ids("-g"))
                        .withLifetime(lifetime)
                        .withControlPlane(
                                new HostPort(address.getHostAddress(), CONTROL_PLANE_PORT),
                                ControlPlane.SERVER_NAME,
                                controlPlaneSocket())
                        .withDataPlane(envoy, ownSidecars)
                        .withHostSockets(hostSockets)
                        .withControlPlaneCommand(controlPlane)
                        .build();
        return switch (interception) {
            case PODS ->
                    new HolderCommand(lifetime, program("io.meltemi.agent.NodeMain", settings))
                            .render();
            case EXPLICIT ->
                    new HostHolderCommand(
                                    lifetime,
                                    orphans,
                                    program("io.meltemi.agent.HostMain", settings))
                            .render();
        };
    }

    private List<String> program(String main, NodeSettings settings) {
        return install.ours(
                List.of(
                        "-Xmx192m",
                        "-Xss256k",
                        "-XX:+UnlockExperimentalVMOptions",
                        // Four times the default: starting six sidecars is not yet hot.
                        "-XX:Tier4InvocationThreshold=20000",
                        "-XX:Tier4MinInvocationThreshold=2400",
                        "-XX:Tier4CompileThreshold=60000",
                        "-XX:TrimNativeHeapInterval=5000"),
                main,
                settings.arguments());
    }

    private Path controlPlaneSocket() {
        return run.path().resolve("control-plane.sock");
    }

    private List<String> controlPlaneCommand() {
        List<String> arguments = new ArrayList<>(List.of("control-plane"));
        config.forEach(folder -> arguments.addAll(List.of("--config", folder.toString())));
        arguments.addAll(
                List.of(
                        "--listen",
                        address.getHostAddress(),
                        "--store",
                        "embedded:" + store,
                        "--state",
                        state.toString(),
                        "--certificate-lifetime",
                        certificateLifetime.toString(),
                        "--root-overlap",
                        certificateLifetime.toString(),
                        "--control-socket",
                        controlPlaneSocket().toString()));
        return install.ours(
                // Six proxies ask it little: what the whole compiler costs would never come back.
                List.of("-Xmx96m", "-Xss256k", "-XX:TieredStopAtLevel=1"),
                "io.meltemi.cli.MeshCli",
                arguments);
    }

    /// The caller's own ids: applications run as them again.
    private static int ids(String option) throws IOException, InterruptedException {
        Process id = new ProcessBuilder("id", option).start();
        String text = new String(id.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        if (id.waitFor() != 0) {
            throw new IOException("id " + option + " failed");
        }
        return Integer.parseInt(text.strip());
    }
}
