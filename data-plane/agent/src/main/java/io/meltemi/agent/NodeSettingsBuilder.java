package io.meltemi.agent;

import io.meltemi.agent.identity.ControlPlane;
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

/// Collects what differs from the defaults, and makes [NodeSettings] of it once. Confined to its
/// thread.
public final class NodeSettingsBuilder {
    /// Istio's port for ADS and the authority over TLS.
    private static final int CONTROL_PLANE_PORT = 15012;

    private final RunFolder run;
    private final List<HostPort> hostSockets = new ArrayList<>();
    private Lifetime lifetime = Lifetime.LAUNCHER;
    private TrustDomain trustDomain = TrustDomain.CLUSTER_LOCAL;
    private HostPort controlPlane =
            new HostPort(NodeNetwork.ADDRESS.getHostAddress(), CONTROL_PLANE_PORT);
    private String serverName = ControlPlane.SERVER_NAME;
    private Path join;
    private Optional<Path> envoy = Optional.empty();
    private boolean ownSidecars;
    private int uid;
    private int gid;
    private List<String> controlPlaneCommand = List.of();

    NodeSettingsBuilder(RunFolder run) {
        this.run = run;
        this.join = run.path().resolve("control-plane.sock");
    }

    /// How long the holder lives.
    public NodeSettingsBuilder withLifetime(Lifetime chosen) {
        lifetime = chosen;
        return this;
    }

    /// @param name in its certificate
    /// @param joinSocket its owner-only socket
    public NodeSettingsBuilder withControlPlane(HostPort address, String name, Path joinSocket) {
        controlPlane = address;
        serverName = name;
        join = joinSocket;
        return this;
    }

    /// @param program a real Envoy; absent for our own proxy
    /// @param own whether each sidecar of ours gets a JVM of its own
    @SuppressWarnings("OptionalUsedAsFieldOrParameterType")
    public NodeSettingsBuilder withDataPlane(Optional<Path> program, boolean own) {
        envoy = program;
        ownSidecars = own;
        return this;
    }

    NodeSettingsBuilder withUser(int callersUid, int callersGid) {
        uid = callersUid;
        gid = callersGid;
        return this;
    }

    public NodeSettingsBuilder withHostSockets(List<HostPort> targets) {
        hostSockets.addAll(targets);
        return this;
    }

    public NodeSettingsBuilder withControlPlaneCommand(List<String> command) {
        controlPlaneCommand = command;
        return this;
    }

    public NodeSettings build() {
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
                controlPlaneCommand);
    }

    /// Takes one argument of a command line.
    ///
    /// @throws IllegalArgumentException naming it when it is unknown or malformed
    void argument(String argument) {
        int equals = argument.indexOf('=');
        if (equals < 0) {
            throw new IllegalArgumentException("argument '" + argument + "' is not --KEY=VALUE");
        }
        String key = argument.substring(0, equals);
        String value = argument.substring(equals + 1);
        switch (key) {
            case "--run" -> {} // read first: defaults follow from it
            case "--lifetime" -> lifetime = Lifetime.valueOf(value.toUpperCase(Locale.ROOT));
            case "--trust-domain" -> trustDomain = new TrustDomain(value);
            case "--control-plane" -> controlPlane = HostPort.parse(value);
            case "--server-name" -> serverName = value;
            case "--join" -> join = Path.of(value);
            case "--envoy" -> envoy = Optional.of(Path.of(value));
            case "--sidecars" -> ownSidecars = own(value);
            case "--uid" -> uid = Integer.parseInt(value);
            case "--gid" -> gid = Integer.parseInt(value);
            case "--host-socket" -> hostSockets.add(HostPort.parse(value));
            default -> throw new IllegalArgumentException("unknown argument '" + key + "'");
        }
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
}
