package io.meltemi.proxy;

import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.meltemi.proxy.cluster.Cluster;
import io.meltemi.proxy.cluster.ClusterSettings.Discovery;
import io.meltemi.proxy.cluster.KnownEndpoints;
import io.meltemi.proxy.config.ClusterCompiler;
import io.meltemi.proxy.config.ClusterCompiler.CompiledCluster;
import io.meltemi.proxy.config.ProxyFields;
import io.meltemi.proxy.config.TransportSockets;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.check.ConfigRefusedException;
import io.meltemi.proxy.xds.Wish;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Clusters in force and those that wait for their endpoints and secrets. Confined to the
/// configuration thread.
final class ActiveClusters {
    private final ProxyRuntime runtime;
    private final ClusterCompiler compiler;
    private final ClusterEndpoints endpoints;
    private final ClusterChecks checks;
    private final Consumer<Runnable> later;
    private final Needs needs;
    private final Map<String, ActiveCluster> inForce = new TreeMap<>();
    private final Map<String, ActiveCluster> warming = new TreeMap<>();

    /// What EDS brought.
    private final Map<Wish.Key, ClusterLoadAssignment> assignments = new HashMap<>();

    /// @param later runs something when a resource must go on without what it waits for
    ActiveClusters(
            ProxyRuntime runtime,
            ClusterCompiler compiler,
            ClusterEndpoints endpoints,
            ClusterChecks checks,
            Consumer<Runnable> later,
            Needs needs) {
        this.runtime = runtime;
        this.compiler = compiler;
        this.endpoints = endpoints;
        this.checks = checks;
        this.later = later;
        this.needs = needs;
    }

    Map<String, ActiveCluster> inForce() {
        return inForce;
    }

    Map<String, ActiveCluster> warming() {
        return warming;
    }

    /// Whether there is one of this name, in force or warming.
    boolean has(String name) {
        return inForce.containsKey(name) || warming.containsKey(name);
    }

    /// Those in force and those that warm.
    List<ActiveCluster> all() {
        List<ActiveCluster> all = new ArrayList<>(inForce.values());
        all.addAll(warming.values());
        return all;
    }

    /// Makes a cluster that warms until it can be published.
    void begin(CompiledCluster compiled, Set<Wish> wishes, boolean isStatic, String version) {
        Cluster cluster =
                new Cluster(compiled.settings(), runtime.stats(), runtime.environment().ticker());
        ActiveCluster active = new ActiveCluster(compiled, cluster, isStatic, version, wishes);
        checks.watch(active);
        OutlierEventLog outliers = runtime.outlierLog();
        if (outliers != null && compiled.settings().outlier() != null) {
            cluster.outlier().tell(outliers.of(cluster.name()));
        }
        ActiveCluster replaced = warming.put(cluster.name(), active);
        if (replaced != null) {
            replaced.stop();
        }
        discover(active);
        sweep(active);
    }

    private void discover(ActiveCluster active) {
        switch (active.compiled.settings().discovery()) {
            case Discovery.Static _ ->
                    ClusterEndpoints.set(active, active.compiled.proto().getLoadAssignment());
            case Discovery.Eds _ -> {
                ClusterLoadAssignment assignment = assignments.get(active.endpointsKey());
                if (assignment != null) {
                    ClusterEndpoints.set(active, assignment);
                }
            }
            case Discovery.OriginalDestination _, Discovery.Aggregate _ -> {}
            case Discovery.DynamicForward forward -> endpoints.follow(active, forward);
            case Discovery.Dns dns -> {
                endpoints.resolve(active, dns);
                later.accept(() -> active.isLate = true);
            }
        }
    }

    private void sweep(ActiveCluster active) {
        long interval = active.cluster.outlier().intervalNanos();
        if (interval > 0) {
            active.sweeps =
                    runtime.configurationThread()
                            .scheduleAtFixedRate(
                                    active.cluster.outlier()::sweep,
                                    interval,
                                    interval,
                                    TimeUnit.NANOSECONDS);
        }
    }

    /// Why the control plane's cluster is refused, or null.
    @Nullable String apply(io.envoyproxy.envoy.config.cluster.v3.Cluster proto, String version)
            throws ConfigRefusedException {
        ActiveCluster known = warming.getOrDefault(proto.getName(), inForce(proto.getName()));
        if (known != null && known.compiled.proto().equals(proto)) {
            return null;
        }
        if (known != null && known.isStatic) {
            return "a static cluster has this name";
        }
        ConfigPlace root = ConfigPlace.root("");
        Optional<CompiledCluster> compiled = compiler.compile(proto, root);
        compiled.ifPresent(cluster -> StaticResources.checkEndpoints(cluster, root));
        Set<Wish> wishes = needs.find(proto, root);
        root.throwIfRefused("cluster '" + proto.getName() + "'");
        Optional<String> conflict = needs.conflict(wishes);
        if (conflict.isEmpty()) {
            compiled.ifPresent(cluster -> begin(cluster, wishes, false, version));
        }
        return conflict.orElse(null);
    }

    private @Nullable ActiveCluster inForce(String name) {
        return inForce.get(name);
    }

    /// Gives endpoints to every cluster that has them of EDS under this name.
    void applyEndpoints(Wish.Key key, ClusterLoadAssignment assignment)
            throws ConfigRefusedException {
        ConfigPlace root = ConfigPlace.root("");
        ProxyFields.all().check(assignment, root);
        List<ActiveCluster> users = users(key);
        for (ActiveCluster user : users) {
            user.compiled.endpoints(assignment, KnownEndpoints.none(), root);
        }
        root.throwIfRefused("endpoints of '" + key.name() + "'");
        assignments.put(key, assignment);
        users.forEach(user -> ClusterEndpoints.set(user, assignment));
    }

    private List<ActiveCluster> users(Wish.Key key) {
        return all().stream().filter(cluster -> key.equals(cluster.endpointsKey())).toList();
    }

    void remove(String name) {
        ActiveCluster left = warming.remove(name);
        if (left != null) {
            left.stop();
        }
        ActiveCluster gone = inForce.get(name);
        if (gone == null || gone.isStatic) {
            return;
        }
        inForce.remove(name);
        gone.stop();
        gone.cluster.stats().close();
        runtime.tls().forget(TransportSockets.owner(gone.cluster.settings().statName()));
        runtime.onWorkers(worker -> worker.removeCluster(name));
    }

    boolean hasEndpoints(Wish.Key key) {
        return assignments.containsKey(key);
    }

    /// Endpoints that nobody needs any more.
    void forgetEndpoints(Wish.Key key) {
        assignments.remove(key);
    }

    /// Puts every cluster in force that has all it waits for.
    ///
    /// @return their names
    List<String> publishWarm() {
        List<String> published = new ArrayList<>();
        for (ActiveCluster cluster : List.copyOf(warming.values())) {
            if (isWarm(cluster)) {
                publish(cluster);
                published.add(cluster.name());
            }
        }
        return published;
    }

    private boolean isWarm(ActiveCluster cluster) {
        boolean isResolved =
                cluster.assignment != null
                        || !(cluster.cluster.settings().discovery() instanceof Discovery.Dns);
        boolean isGiven = (isResolved || cluster.isLate) && needs.haveCome(cluster.wishes);
        if (isGiven) {
            checks.start(cluster);
        }
        return isGiven && cluster.unchecked == 0;
    }

    private void publish(ActiveCluster cluster) {
        warming.remove(cluster.name());
        ActiveCluster old = inForce.put(cluster.name(), cluster);
        if (old != null) {
            old.stop();
        }
        runtime.onWorkers(worker -> worker.putCluster(cluster.cluster, cluster.compiled));
        if (old != null) {
            old.cluster.stats().close();
        }
    }
}
