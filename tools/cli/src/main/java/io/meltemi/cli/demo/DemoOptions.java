package io.meltemi.cli.demo;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// What `meltemi demo` was asked for. Immutable.
///
/// @param interception whether workloads get pods
/// @param envoy the program that carries the requests; absent for our own proxy
/// @param ownSidecars each sidecar in a JVM of its own
/// @param run where the mesh keeps its sockets
/// @param state root key and known instances
/// @param mesh the folder with the YAML
/// @param frontPort on 127.0.0.1; 0 takes a free one
/// @param certificateLifetime of workloads; checks use seconds
/// @param invokedEpochMillis when people pressed return, or when the build ended
public record DemoOptions(
        Interception interception,
        Optional<Path> envoy,
        boolean ownSidecars,
        Path run,
        Path state,
        Path mesh,
        int frontPort,
        Duration certificateLifetime,
        long invokedEpochMillis) {
    /// The same without pods.
    public DemoOptions withoutPods() {
        return new DemoOptions(
                Interception.EXPLICIT,
                envoy,
                ownSidecars,
                run,
                state,
                mesh,
                frontPort,
                certificateLifetime,
                invokedEpochMillis);
    }
}
