package io.meltemi.agent;

import io.meltemi.agent.identity.JoinGrant;
import io.meltemi.agent.intercept.Pod;
import io.meltemi.agent.supervise.OutputSink;
import java.io.IOException;

/// Starts a sidecar for a workload in its pod: here, or in a JVM of its own. Thread-safe.
@FunctionalInterface
interface SidecarStarter {
    RunningSidecar start(Workload workload, Pod pod, JoinGrant grant, Mesh mesh, OutputSink sink)
            throws IOException;
}
