package io.meltemi.agent;

import io.meltemi.agent.intercept.HolderCommand.Lifetime;
import io.meltemi.agent.intercept.NodeNetwork;
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
    /// Istio's port for ADS and the authority over TLS.
    private static final int CONTROL_PLANE_PORT = 15012;

    public NodeSettings {
        hostSockets = List.copyOf(hostSockets);
        controlPlaneCommand = List.copyOf(controlPlaneCommand);
    }

    /// Defaults for a run folder.
    public static NodeSettings of(RunFolder run, int uid, int gid) {
        return new NodeSettings(
                run,
                Lifetime.LAUNCHER,
                TrustDomain.CLUSTER_LOCAL,
                new HostPort(NodeNetwork.ADDRESS.getHostAddress(), CONTROL_PLANE_PORT),
                "meltemi.local",
                run.path().resolve("control-plane.sock"),
                Optional.empty(),
                false,
                uid,
                gid,
                List.of(),
                List.of());
    }

    /// The command line that [#read] reads.
    public List<String> arguments() {
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
        arguments.add("--");
        arguments.addAll(controlPlaneCommand);
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
        NodeSettings settings = of(run, 0, 0);
        for (String argument : own) {
            int equals = argument.indexOf('=');
            if (equals < 0) {
                throw new IllegalArgumentException(
                        "argument '" + argument + "' is not --KEY=VALUE");
            }
            settings = settings.with(argument.substring(0, equals), argument.substring(equals + 1));
        }
        return end < 0
                ? settings
                : settings.withControlPlaneCommand(arguments.subList(end + 1, arguments.size()));
    }

    private NodeSettings with(String key, String value) {
        return switch (key) {
            case "--run" -> this;
            case "--lifetime" ->
                    copy(Lifetime.valueOf(value.toUpperCase(Locale.ROOT)), trustDomain);
            case "--trust-domain" -> copy(lifetime, new TrustDomain(value));
            case "--control-plane" -> withControlPlane(HostPort.parse(value), serverName, join);
            case "--server-name" -> withControlPlane(controlPlane, value, join);
            case "--join" -> withControlPlane(controlPlane, serverName, Path.of(value));
            case "--envoy" -> withDataPlane(Optional.of(Path.of(value)), ownSidecars);
            case "--sidecars" -> withDataPlane(envoy, own(value));
            case "--uid" -> withUser(Integer.parseInt(value), gid);
            case "--gid" -> withUser(uid, Integer.parseInt(value));
            case "--host-socket" -> {
                List<HostPort> more = new ArrayList<>(hostSockets);
                more.add(HostPort.parse(value));
                yield withHostSockets(more);
            }
            default -> throw new IllegalArgumentException("unknown argument '" + key + "'");
        };
    }

    private static boolean own(String value) {
        return switch (value) {
            case "own" -> true;
            case "shared" -> false;
            default ->
                    throw new IllegalArgumentException(
                            "--sidecars=" + value + " is neither 'shared' nor 'own'");
        };
    }

    private NodeSettings copy(Lifetime newLifetime, TrustDomain newTrustDomain) {
        return new NodeSettings(
                run,
                newLifetime,
                newTrustDomain,
                controlPlane,
                serverName,
                join,
                envoy,
                ownSidecars,
                uid,
                gid,
                hostSockets,
                controlPlaneCommand);
    }

    /// How long the holder lives.
    public NodeSettings withLifetime(Lifetime newLifetime) {
        return copy(newLifetime, trustDomain);
    }

    public NodeSettings withControlPlane(HostPort address, String name, Path joinSocket) {
        return new NodeSettings(
                run,
                lifetime,
                trustDomain,
                address,
                name,
                joinSocket,
                envoy,
                ownSidecars,
                uid,
                gid,
                hostSockets,
                controlPlaneCommand);
    }

    public NodeSettings withDataPlane(Optional<Path> newEnvoy, boolean own) {
        return new NodeSettings(
                run,
                lifetime,
                trustDomain,
                controlPlane,
                serverName,
                join,
                newEnvoy,
                own,
                uid,
                gid,
                hostSockets,
                controlPlaneCommand);
    }

    private NodeSettings withUser(int newUid, int newGid) {
        return new NodeSettings(
                run,
                lifetime,
                trustDomain,
                controlPlane,
                serverName,
                join,
                envoy,
                ownSidecars,
                newUid,
                newGid,
                hostSockets,
                controlPlaneCommand);
    }

    public NodeSettings withHostSockets(List<HostPort> targets) {
        return new NodeSettings(
                run,
                lifetime,
                trustDomain,
                controlPlane,
                serverName,
                join,
                envoy,
                ownSidecars,
                uid,
                gid,
                targets,
                controlPlaneCommand);
    }

    public NodeSettings withControlPlaneCommand(List<String> command) {
        return new NodeSettings(
                run,
                lifetime,
                trustDomain,
                controlPlane,
                serverName,
                join,
                envoy,
                ownSidecars,
                uid,
                gid,
                hostSockets,
                command);
    }
}
