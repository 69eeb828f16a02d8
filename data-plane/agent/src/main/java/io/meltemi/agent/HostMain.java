package io.meltemi.agent;

import io.meltemi.agent.explicit.HostNetwork;
import io.meltemi.agent.explicit.OrphanGuard;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;

/// Where the holder's JVM begins on a machine that cannot make pods: it stays on the host.
public final class HostMain {
    private HostMain() {}

    /// Arguments: see [NodeSettings]; workloads get the loopback addresses after the control
    /// plane's.
    public static void main(String[] args) throws IOException {
        NodeSettings settings = NodeSettings.read(List.of(args));
        HostNetwork network =
                new HostNetwork(InetAddress.ofLiteral(settings.controlPlane().host()));
        OrphanGuard orphans = OrphanGuard.ofSystem(System.getenv().getOrDefault("PATH", ""));
        new Node(settings, NodeMain.dataPlanes(settings), () -> HostSites.of(network, orphans))
                .serve();
    }
}
