package io.meltemi.agent;

import io.meltemi.agent.identity.JoinGrant;
import io.meltemi.agent.supervise.OutputSink;
import java.io.IOException;

/// Starts a sidecar for a workload at its site: here, or in a JVM of its own. Thread-safe.
@FunctionalInterface
interface SidecarStarter {
    RunningSidecar start(Workload workload, Site site, JoinGrant grant, Mesh mesh, OutputSink sink)
            throws IOException;
}
