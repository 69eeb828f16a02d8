package io.meltemi.proxy;

import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.meltemi.proxy.cluster.Cluster;
import io.meltemi.proxy.cluster.ClusterSettings.Discovery;
import io.meltemi.proxy.config.ClusterCompiler;
import io.meltemi.proxy.config.ClusterCompiler.CompiledCluster;
import io.meltemi.proxy.config.ProxyFields;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.check.ConfigRefusedException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
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
    private final Consumer<Runnable> later;
    private final Map<String, ActiveCluster> inForce = new TreeMap<>();
    private final Map<String, ActiveCluster> warming = new TreeMap<>();

    /// What EDS brought, by its name.
    private final Map<String, ClusterLoadAssignment> assignments = new TreeMap<>();

    /// @param later runs something when a resource must go on without what it waits for
    ActiveClusters(
            ProxyRuntime runtime,
            ClusterCompiler compiler,
            ClusterEndpoints endpoints,
            Consumer<Runnable> later) {
        this.runtime = runtime;
        this.compiler = compiler;
        this.endpoints = endpoints;
        this.later = later;
    }

    Map<String, ActiveCluster> inForce() {
        return inForce;
    }

    Map<String, ActiveCluster> warming() {
        return warming;
    }

    /// Those in force and those that warm.
    List<ActiveCluster> all() {
        List<ActiveCluster> all = new ArrayList<>(inForce.values());
        all.addAll(warming.values());
        return all;
    }

    /// Makes a cluster that warms until it can be published.
    void begin(CompiledCluster compiled, boolean isStatic, String version) {
        Map<String, String> secrets = new HashMap<>();
        SecretSources.find(compiled.proto(), secrets);
        Cluster cluster =
                new Cluster(compiled.settings(), runtime.stats(), runtime.environment().ticker());
        ActiveCluster active =
                new ActiveCluster(
                        compiled, cluster, isStatic, version, Set.copyOf(secrets.keySet()));
        ActiveCluster replaced = warming.put(cluster.name(), active);
        if (replaced != null) {
            replaced.stop();
        }
        discover(active);
        sweep(active);
        later.accept(() -> active.isLate = true);
    }

    private void discover(ActiveCluster active) {
        switch (active.compiled.settings().discovery()) {
            case Discovery.Static _ ->
                    ClusterEndpoints.set(active, active.compiled.proto().getLoadAssignment());
            case Discovery.Eds(String service) -> {
                ClusterLoadAssignment assignment = assignments.get(service);
                if (assignment != null) {
                    ClusterEndpoints.set(active, assignment);
                }
            }
            case Discovery.OriginalDestination _ -> {}
            case Discovery.Dns dns -> endpoints.resolve(active, dns);
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
        root.throwIfRefused("cluster '" + proto.getName() + "'");
        compiled.ifPresent(cluster -> begin(cluster, false, version));
        return null;
    }

    private @Nullable ActiveCluster inForce(String name) {
        return inForce.get(name);
    }

    /// Gives endpoints to every cluster that has them of EDS under this name.
    void applyEndpoints(String name, ClusterLoadAssignment assignment)
            throws ConfigRefusedException {
        ConfigPlace root = ConfigPlace.root("");
        ProxyFields.all().check(assignment, root);
        List<ActiveCluster> users = users(name);
        for (ActiveCluster user : users) {
            user.compiled.endpoints(assignment, user.cluster.known(), root);
        }
        root.throwIfRefused("endpoints of '" + name + "'");
        assignments.put(name, assignment);
        users.forEach(user -> ClusterEndpoints.set(user, assignment));
    }

    private List<ActiveCluster> users(String edsName) {
        return all().stream().filter(cluster -> edsName.equals(cluster.edsName())).toList();
    }

    /// @return the name of endpoints that nobody needs any more, or null
    @Nullable String remove(String name) {
        ActiveCluster left = warming.remove(name);
        if (left != null) {
            left.stop();
        }
        ActiveCluster gone = inForce.get(name);
        if (gone == null || gone.isStatic) {
            return null;
        }
        inForce.remove(name);
        gone.stop();
        gone.cluster.stats().close();
        runtime.onWorkers(worker -> worker.removeCluster(name));
        String edsName = gone.edsName();
        if (edsName == null || !users(edsName).isEmpty()) {
            return null;
        }
        assignments.remove(edsName);
        return edsName;
    }

    /// The names of EDS that some cluster needs.
    Set<String> wantedEndpoints() {
        Set<String> names = new HashSet<>();
        for (ActiveCluster cluster : all()) {
            String name = cluster.edsName();
            if (name != null) {
                names.add(name);
            }
        }
        return names;
    }

    /// Puts every cluster in force that has all it waits for.
    void publishWarm() {
        for (ActiveCluster cluster : List.copyOf(warming.values())) {
            if (isWarm(cluster)) {
                publish(cluster);
            }
        }
    }

    private boolean isWarm(ActiveCluster cluster) {
        boolean hasEndpoints =
                cluster.assignment != null
                        || cluster.cluster.settings().discovery()
                                instanceof Discovery.OriginalDestination;
        return cluster.isLate
                || (hasEndpoints && runtime.secrets().names().containsAll(cluster.secrets));
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
