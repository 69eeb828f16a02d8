package io.meltemi.agent;

import io.meltemi.agent.identity.JoinGrant;
import io.meltemi.agent.supervise.OutputSink;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;

/// A sidecar in the node agent's own JVM, on a loop of its own. Thread-safe.
record SharedSidecar(Sidecar sidecar, SidecarPlace place) implements RunningSidecar {
    /// The starter for `--sidecars shared`.
    static RunningSidecar start(
            Workload workload, Site site, JoinGrant grant, Mesh mesh, OutputSink sink)
            throws IOException {
        SidecarPlace place = SidecarPlace.shared(site);
        try {
            return new SharedSidecar(new Sidecar(workload, place, grant, mesh, sink), place);
        } catch (IOException | RuntimeException e) {
            place.close();
            throw e;
        }
    }

    @Override
    public CompletableFuture<Integer> ended() {
        return sidecar.ended();
    }

    @Override
    public String state() {
        return sidecar.isReady()
                ? sidecar.health().name().toLowerCase(Locale.ROOT)
                : "proxy not ready";
    }

    @Override
    public void kill() {
        sidecar.kill();
    }

    @Override
    public void killSidecar() {
        throw new IllegalArgumentException(
                "all sidecars share the node's JVM: killing one alone needs --sidecars own");
    }

    @Override
    public void killApplication() {
        sidecar.killApplication();
    }

    @Override
    public void close() {
        sidecar.close();
        place.close();
    }
}
