package io.meltemi.agent;

import io.meltemi.agent.intercept.HolderCommand.Lifetime;
import io.meltemi.agent.intercept.RunFolder;
import io.meltemi.base.identity.TrustDomain;
import io.meltemi.base.net.HostPort;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// What the node agent is told on its command line. Immutable.
///
/// @param controlPlane where 15012 is
/// @param serverName in the control plane's certificate
/// @param join the control plane's owner-only socket
/// @param envoy the program; empty for our own proxy
/// @param ownSidecars whether each sidecar of ours gets a JVM of its own
/// @param uid the caller's own
/// @param hostSockets where connections to each passed socket of the host go: `HOST:PORT`, or
///   `gateway:PORT` for the gateway
/// @param controlPlaneCommand run in the holder's network; empty when it runs elsewhere
public record NodeSettings(
        RunFolder run,
        Lifetime lifetime,
        TrustDomain trustDomain,
        HostPort controlPlane,
        String serverName,
        Path join,
        Optional<Path> envoy,
        boolean ownSidecars,
        int uid,
        int gid,
        List<HostPort> hostSockets,
        List<String> controlPlaneCommand) {
    public NodeSettings {
        hostSockets = List.copyOf(hostSockets);
        controlPlaneCommand = List.copyOf(controlPlaneCommand);
    }

    /// Begins with the defaults for a run folder.
    public static NodeSettingsBuilder of(RunFolder run, int uid, int gid) {
        return new NodeSettingsBuilder(run).withUser(uid, gid);
    }

    /// The command line that [#read] reads.
    public List<String> arguments() {
        List<String> arguments = sidecarArguments();
        arguments.add("--");
        arguments.addAll(controlPlaneCommand);
        return arguments;
    }

    /// The same without the control plane's command, which is the holder's business alone.
    List<String> sidecarArguments() {
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "--run=" + run.path(),
                                "--lifetime=" + lifetime.name().toLowerCase(Locale.ROOT),
                                "--trust-domain=" + trustDomain,
                                "--control-plane=" + controlPlane,
                                "--server-name=" + serverName,
                                "--join=" + join,
                                "--sidecars=" + (ownSidecars ? "own" : "shared"),
                                "--uid=" + uid,
                                "--gid=" + gid));
        envoy.ifPresent(path -> arguments.add("--envoy=" + path));
        hostSockets.forEach(target -> arguments.add("--host-socket=" + target));
        return arguments;
    }

    /// Reads a command line.
    ///
    /// @throws IllegalArgumentException naming the argument that is unknown or malformed
    public static NodeSettings read(List<String> arguments) {
        int end = arguments.indexOf("--");
        List<String> own = end < 0 ? arguments : arguments.subList(0, end);
        RunFolder run =
                own.stream()
                        .filter(a -> a.startsWith("--run="))
                        .map(a -> new RunFolder(Path.of(a.substring("--run=".length()))))
                        .findFirst()
                        .orElseThrow(() -> new IllegalArgumentException("--run=FOLDER is missing"));
        NodeSettingsBuilder settings = new NodeSettingsBuilder(run);
        own.forEach(settings::argument);
        if (end >= 0) {
            settings.withControlPlaneCommand(arguments.subList(end + 1, arguments.size()));
        }
        return settings.build();
    }
}
