package io.meltemi.proxy;

import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.meltemi.proxy.cluster.Cluster;
import io.meltemi.proxy.cluster.ClusterSettings.Discovery;
import io.meltemi.proxy.cluster.Endpoint;
import io.meltemi.proxy.cluster.EndpointSet;
import io.meltemi.proxy.config.ClusterCompiler.CompiledCluster;
import io.meltemi.proxy.health.HealthChecker;
import io.meltemi.proxy.xds.Wish;
import io.meltemi.xds.snapshot.ResourceType;
import java.util.Set;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/// One cluster of the configuration with its life in this process. Confined to the configuration
/// thread.
final class ActiveCluster {
    final CompiledCluster compiled;
    final Cluster cluster;
    final boolean isStatic;
    final String version;
    final Set<Wish> wishes;
    final long createdMillis = System.currentTimeMillis();
    @Nullable ClusterLoadAssignment assignment;
    @Nullable Future<?> sweeps;
    @Nullable DnsNames resolving;
    @Nullable HealthChecker checker;

    /// Ends what follows a DNS cache.
    @Nullable Runnable following;

    /// Endpoints whose first check has no result yet; the cluster waits for them.
    int unchecked;

    /// Whether first results are still of interest. Read by workers.
    volatile boolean awaitsChecks;

    boolean isLate;

    ActiveCluster(
            CompiledCluster compiled,
            Cluster cluster,
            boolean isStatic,
            String version,
            Set<Wish> wishes) {
        this.compiled = compiled;
        this.cluster = cluster;
        this.isStatic = isStatic;
        this.version = version;
        this.wishes = wishes;
    }

    String name() {
        return cluster.name();
    }

    /// Puts other endpoints in force, and has them checked.
    void update(EndpointSet fresh) {
        cluster.update(fresh);
        recheck();
    }

    /// Discovery named this endpoint no more, and now it fails.
    void drop(Endpoint gone) {
        cluster.drop(gone);
        recheck();
    }

    private void recheck() {
        if (checker != null) {
            checker.update(cluster.endpoints().all());
        }
    }

    /// Begins to check; the cluster waits for a first result of each endpoint it has now.
    void check(HealthChecker made) {
        checker = made;
        for (Endpoint endpoint : cluster.endpoints().all()) {
            unchecked += endpoint.definition().check().disabled() ? 0 : 1;
        }
        awaitsChecks = unchecked > 0;
        recheck();
    }

    /// The name its endpoints have in EDS, or null when they come from elsewhere.
    @Nullable String edsName() {
        return cluster.settings().discovery() instanceof Discovery.Eds(String service)
                ? service
                : null;
    }

    /// What its endpoints are asked for by, or null.
    Wish.@Nullable Key endpointsKey() {
        for (Wish wish : wishes) {
            if (wish.isFor(ResourceType.ENDPOINT)) {
                return wish.key();
            }
        }
        return null;
    }

    void stop() {
        if (sweeps != null) {
            sweeps.cancel(false);
        }
        if (resolving != null) {
            resolving.stop();
        }
        if (following != null) {
            following.run();
        }
        awaitsChecks = false;
        if (checker != null) {
            checker.close();
        }
        cluster.watch(Cluster.Watcher.NOBODY);
    }
}
