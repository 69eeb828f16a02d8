package io.meltemi.agent.intercept;

import java.io.IOException;
import java.net.Inet4Address;
import java.nio.file.Path;
import java.time.Duration;

/// The network that all pods of one machine share: a bridge inside the holder's namespaces.
/// Immutable once up.
public final class NodeNetwork {
    public static final String BRIDGE = "meltemi0";

    /// Where the control plane listens and what pods route through.
    public static final Inet4Address ADDRESS = Pod.address(PodAddresses.NETWORK | 1);

    static final Path PODS = Path.of("/run/pods");

    private static final Duration LIMIT = Duration.ofSeconds(10);

    private NodeNetwork() {}

    /// Prepares the namespaces this process was started in: run it once, first, in the holder.
    ///
    /// The tmpfs gives `ip netns` a writable folder, and hides nscd's and systemd-resolved's
    /// sockets: names would be resolved by the host through them.
    ///
    /// @throws IOException when the kernel refuses one of the steps; nothing is left half made,
    ///   since namespaces end with their processes
    public static NodeNetwork up() throws IOException {
        Commands.shell("bringing up the node's network", script(), LIMIT);
        return new NodeNetwork();
    }

    static String script() {
        return """
        mount -t tmpfs -o mode=755,size=16m tmpfs /run
        mkdir -p /run/netns %1$s
        ip -batch - <<'END'
        link set lo up
        link add %2$s type bridge forward_delay 0 mcast_snooping 0
        address add %3$s/%4$d dev %2$s
        link set %2$s up
        END
        """
                .formatted(PODS, BRIDGE, ADDRESS.getHostAddress(), PodAddresses.PREFIX_LENGTH);
    }
}
