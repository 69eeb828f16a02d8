package io.meltemi.proxy;

import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.meltemi.proxy.cluster.ClusterSettings.Discovery;
import io.meltemi.proxy.cluster.EndpointSet;
import io.meltemi.proxy.config.check.ConfigPlace;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/// Gives clusters their endpoints: their own, those of EDS, or what names resolve to. Confined to
/// the configuration thread.
final class ClusterEndpoints {
    private final ScheduledExecutorService configurationThread;
    private final Runnable changed;

    /// @param changed runs when a name has been resolved
    ClusterEndpoints(ScheduledExecutorService configurationThread, Runnable changed) {
        this.configurationThread = configurationThread;
        this.changed = changed;
    }

    static void set(ActiveCluster active, ClusterLoadAssignment assignment) {
        active.assignment = assignment;
        active.update(
                active.compiled.endpoints(
                        assignment, active.cluster.known(), ConfigPlace.root("")));
    }

    /// Resolves names again and again, each time on a thread that may wait.
    void resolve(ActiveCluster active, Discovery.Dns dns) {
        active.resolving =
                configurationThread.scheduleWithFixedDelay(
                        () ->
                                Thread.ofVirtual()
                                        .name("dns-" + active.name())
                                        .start(() -> resolveOnce(active, dns)),
                        0,
                        dns.refreshNanos(),
                        TimeUnit.NANOSECONDS);
    }

    private void resolveOnce(ActiveCluster active, Discovery.Dns dns) {
        EndpointSet found = DnsEndpoints.resolve(dns, active.compiled, active.cluster.known());
        configurationThread.execute(() -> {
            // The last addresses stay in use while names cannot be resolved.
            if (!found.all().isEmpty()) {
                active.update(found);
            }
            active.assignment = ClusterLoadAssignment.getDefaultInstance();
            changed.run();
        });
    }
}
