package io.meltemi.proxy;

import io.meltemi.proxy.cluster.Cluster;
import io.meltemi.proxy.cluster.Endpoint;
import io.meltemi.proxy.cluster.HealthFlags;
import io.meltemi.proxy.health.HealthCheckSettings;
import io.meltemi.proxy.observe.accesslog.EventLogs.EventLog;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Has the endpoints of clusters checked, and sees to what follows when one fails. Confined to the
/// configuration thread.
final class ClusterChecks {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterChecks.class);

    private final ProxyRuntime runtime;
    private final Runnable warm;

    /// @param warm runs when all endpoints of a cluster have a first result
    ClusterChecks(ProxyRuntime runtime, Runnable warm) {
        this.runtime = runtime;
        this.warm = warm;
    }

    /// From now on, what is taken out of the cluster loses its pooled connections.
    void watch(ActiveCluster active) {
        active.cluster.watch(
                new Cluster.Watcher() {
                    @Override
                    public void onFailed(Endpoint endpoint) {
                        for (Worker worker : runtime.workers()) {
                            worker.execute(() -> worker.endpointFailed(active.cluster, endpoint));
                        }
                        if (endpoint.has(HealthFlags.PENDING_DYNAMIC_REMOVAL)) {
                            runtime.configurationThread()
                                    .execute(() -> dropFailed(active, endpoint));
                        }
                    }

                    @Override
                    public void onToldToFail(Endpoint endpoint) {
                        runtime.configurationThread().execute(() -> toldToFail(active, endpoint));
                    }
                });
    }

    private static void dropFailed(ActiveCluster active, Endpoint endpoint) {
        // It may have come back meanwhile.
        if (endpoint.has(HealthFlags.PENDING_DYNAMIC_REMOVAL)
                && endpoint.has(HealthFlags.FAILED_ACTIVE_HC)) {
            active.drop(endpoint);
        }
    }

    private static void toldToFail(ActiveCluster active, Endpoint endpoint) {
        if (active.checker != null) {
            active.checker.toldToFail(endpoint);
        }
    }

    /// Begins to check the cluster's endpoints, if that is wanted and not done yet; on one worker:
    /// clusters are spread over them by name.
    void start(ActiveCluster active) {
        HealthCheckSettings settings = active.compiled.healthCheck();
        if (settings == null || active.checker != null) {
            return;
        }
        List<Worker> workers = runtime.workers();
        active.check(
                workers.get(Math.floorMod(active.name().hashCode(), workers.size()))
                        .checker(
                                active.cluster,
                                settings,
                                runtime.keys(),
                                logs(active, settings),
                                _ -> {
                                    if (active.awaitsChecks) {
                                        runtime.configurationThread()
                                                .execute(() -> checked(active));
                                    }
                                }));
    }

    private List<EventLog> logs(ActiveCluster active, HealthCheckSettings settings) {
        List<EventLog> logs = new ArrayList<>();
        for (String path : settings.logPaths()) {
            try {
                logs.add(runtime.eventLogs().open(path));
            } catch (IllegalArgumentException e) {
                LOG.warn("cluster '{}': {}", active.name(), e.getMessage());
            }
        }
        return logs;
    }

    private void checked(ActiveCluster active) {
        if (active.unchecked > 0 && --active.unchecked == 0) {
            active.awaitsChecks = false;
            active.cluster.changed();
            warm.run();
        }
    }
}
