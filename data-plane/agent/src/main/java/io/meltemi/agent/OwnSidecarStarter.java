package io.meltemi.agent;

import io.meltemi.agent.identity.JoinGrant;
import io.meltemi.agent.supervise.OutputSink;
import io.meltemi.agent.supervise.RestartPolicy;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Semaphore;

/// Starts each sidecar in a JVM of its own inside the pod: keys and crashes of one workload are no
/// other's. Thread-safe.
final class OwnSidecarStarter implements SidecarStarter {
    private static final Duration READY_LIMIT = Duration.ofSeconds(50);

    private final OwnSidecarCommand command;

    /// A JVM's start is pure computing: more at once than there are processors are all later, and
    /// their first calls run out of time.
    private final Semaphore starting =
            new Semaphore(Runtime.getRuntime().availableProcessors(), true);

    OwnSidecarStarter(NodeSettings settings) {
        this.command = OwnSidecarCommand.ofThisJvm(settings);
    }

    @Override
    public RunningSidecar start(
            Workload workload, Site site, JoinGrant grant, Mesh mesh, OutputSink sink)
            throws IOException {
        if (!(site instanceof Site.InPod(var pod))) {
            throw new IOException("a sidecar in a JVM of its own needs a pod");
        }
        starting.acquireUninterruptibly();
        try {
            return OwnSidecarProcess.start(
                    command.in(pod),
                    new OwnSidecarInput(workload, pod, mesh.join(), grant),
                    pod.name(),
                    policy(workload.options()),
                    READY_LIMIT,
                    sink);
        } finally {
            starting.release();
        }
    }

    /// With its application, and so only where that may be run again; a gateway has none.
    private static RestartPolicy policy(SidecarOptions options) {
        return options.restart() || options.command().isEmpty()
                ? RestartPolicy.OnFailure.DEFAULT
                : new RestartPolicy.Never();
    }
}
