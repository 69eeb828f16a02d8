package io.meltemi.agent;

import io.meltemi.agent.bootstrap.DataPlaneStarter;
import io.meltemi.agent.bootstrap.EnvoyStarter;
import io.meltemi.agent.bootstrap.MeltemiStarter;
import io.meltemi.base.log.ConsoleLog;
import java.io.IOException;
import java.util.List;

/// Where the holder's JVM begins.
public final class NodeMain {
    private NodeMain() {}

    /// Arguments: see [NodeSettings].
    public static void main(String[] args) throws IOException {
        ConsoleLog.configure();
        NodeSettings settings = NodeSettings.read(List.of(args));
        new Node(settings, dataPlanes(settings)).serve();
    }

    static DataPlaneStarter dataPlanes(NodeSettings settings) {
        return settings.envoy().isPresent()
                ? new EnvoyStarter(settings.envoy().get())
                : new MeltemiStarter();
    }
}
