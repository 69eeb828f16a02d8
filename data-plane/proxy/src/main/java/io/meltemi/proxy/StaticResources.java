package io.meltemi.proxy;

import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.meltemi.proxy.cluster.ClusterSettings.Discovery;
import io.meltemi.proxy.cluster.KnownEndpoints;
import io.meltemi.proxy.config.ClusterCompiler;
import io.meltemi.proxy.config.ClusterCompiler.CompiledCluster;
import io.meltemi.proxy.config.ListenerCompiler;
import io.meltemi.proxy.config.ListenerCompiler.CompiledListener;
import io.meltemi.proxy.config.ProxyFields;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.check.ConfigRefusedException;
import io.meltemi.proxy.tls.TlsConfigException;
import io.meltemi.proxy.xds.SourceCompiler;
import io.meltemi.proxy.xds.Wish;
import io.meltemi.proxy.xds.WishFinder;
import io.meltemi.xds.snapshot.ResourceType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What the resources of a bootstrap itself compile to. Immutable.
record StaticResources(List<CompiledCluster> clusters, List<CompiledListener> listeners) {
    /// Checks all of a bootstrap; its secrets are put into the store.
    ///
    /// @throws ConfigRefusedException naming every field that is wrong or not supported
    static StaticResources compile(
            ProxyRuntime runtime,
            ClusterCompiler clusterCompiler,
            ListenerCompiler listenerCompiler,
            SourceCompiler sources)
            throws ConfigRefusedException {
        Bootstrap bootstrap = runtime.bootstrap();
        ConfigPlace root = ConfigPlace.root("");
        ConfigPlace at = root.field("static_resources");
        checkShell(bootstrap, root);
        runtime.runtimeProblems()
                .problems()
                .forEach(problem -> root.field(problem.path()).refuse(problem.reason()));
        runtime.resolverProblems()
                .problems()
                .forEach(problem -> root.field(problem.path()).refuse(problem.reason()));
        runtime.overloadProblems()
                .problems()
                .forEach(problem -> root.field(problem.path()).refuse(problem.reason()));
        secrets(runtime, at);
        outlierLog(runtime, root);
        List<CompiledCluster> clusters = clusters(bootstrap, clusterCompiler, at);
        List<CompiledListener> listeners = listeners(bootstrap, listenerCompiler, at);
        sources(bootstrap, sources, root);
        root.throwIfRefused("bootstrap");
        return new StaticResources(clusters, listeners);
    }

    /// A file that cannot be opened is refused.
    private static void outlierLog(ProxyRuntime runtime, ConfigPlace root) {
        String path =
                runtime.bootstrap().getClusterManager().getOutlierDetection().getEventLogPath();
        if (!path.isEmpty()) {
            try {
                runtime.eventLogs().open(path).close();
            } catch (IllegalArgumentException e) {
                root.field("cluster_manager")
                        .field("outlier_detection")
                        .field("event_log_path")
                        .refuse(String.valueOf(e.getMessage()));
            }
        }
    }

    /// The bootstrap without clusters and listeners, which are checked where they are compiled.
    private static void checkShell(Bootstrap bootstrap, ConfigPlace root) {
        Bootstrap.Builder shell = bootstrap.toBuilder();
        shell.getStaticResourcesBuilder().clearClusters().clearListeners();
        ProxyFields.all().check(shell.build(), root);
    }

    /// Sources of all that is dynamic; a secret has only one, since it is known by its name alone.
    private static void sources(Bootstrap bootstrap, SourceCompiler sources, ConfigPlace root) {
        var dynamic = bootstrap.getDynamicResources();
        ConfigPlace at = root.field("dynamic_resources");
        if (dynamic.hasAdsConfig()) {
            var _ = sources.compile(dynamic.getAdsConfig(), at.field("ads_config"));
        }
        if (dynamic.hasCdsConfig()) {
            var _ = sources.compile(dynamic.getCdsConfig(), at.field("cds_config"));
        }
        if (dynamic.hasLdsConfig()) {
            var _ = sources.compile(dynamic.getLdsConfig(), at.field("lds_config"));
        }
        if (bootstrap.getClusterManager().hasLoadStatsConfig()) {
            var _ =
                    sources.compile(
                            bootstrap.getClusterManager().getLoadStatsConfig(),
                            root.field("cluster_manager").field("load_stats_config"));
        }
        if (bootstrap.hasHdsConfig()) {
            var _ = sources.compile(bootstrap.getHdsConfig(), root.field("hds_config"));
        }
        var layers = bootstrap.getLayeredRuntime().getLayersList();
        for (int i = 0; i < layers.size(); i++) {
            if (layers.get(i).hasRtdsLayer()) {
                var _ =
                        sources.compile(
                                layers.get(i).getRtdsLayer().getRtdsConfig(),
                                root.field("layered_runtime")
                                        .element("layers", i)
                                        .field("rtds_layer")
                                        .field("rtds_config"));
            }
        }
        ConfigPlace resources = root.field("static_resources");
        Map<String, Wish.Key> secrets = new HashMap<>();
        for (int i = 0; i < bootstrap.getStaticResources().getClustersCount(); i++) {
            var cluster = bootstrap.getStaticResources().getClusters(i);
            wishes(cluster, sources, resources.element("clusters", i), secrets);
        }
        for (int i = 0; i < bootstrap.getStaticResources().getListenersCount(); i++) {
            var listener = bootstrap.getStaticResources().getListeners(i);
            wishes(listener, sources, resources.element("listeners", i), secrets);
        }
    }

    private static void wishes(
            Message resource,
            SourceCompiler sources,
            ConfigPlace at,
            Map<String, Wish.Key> secrets) {
        for (Wish wish : WishFinder.find(resource, sources, at)) {
            Wish.Key other =
                    wish.isFor(ResourceType.SECRET)
                            ? secrets.putIfAbsent(wish.key().name(), wish.key())
                            : null;
            if (other != null && !other.equals(wish.key())) {
                at.refuse("secret '" + other.name() + "' comes from another source already");
            }
        }
    }

    private static void secrets(ProxyRuntime runtime, ConfigPlace at) {
        var secrets = runtime.bootstrap().getStaticResources().getSecretsList();
        for (int i = 0; i < secrets.size(); i++) {
            try {
                runtime.secrets().put(secrets.get(i));
            } catch (TlsConfigException e) {
                ConfigPlace place = at.element("secrets", i);
                e.problems().forEach(place::refuse);
            }
        }
    }

    private static List<CompiledCluster> clusters(
            Bootstrap bootstrap, ClusterCompiler compiler, ConfigPlace at) {
        List<CompiledCluster> compiled = new ArrayList<>();
        for (int i = 0; i < bootstrap.getStaticResources().getClustersCount(); i++) {
            ConfigPlace place = at.element("clusters", i);
            compiler.compile(bootstrap.getStaticResources().getClusters(i), place)
                    .ifPresent(cluster -> {
                        checkEndpoints(cluster, place);
                        compiled.add(cluster);
                    });
        }
        return compiled;
    }

    /// Refuses what is wrong with the endpoints that a cluster has in itself.
    static void checkEndpoints(CompiledCluster cluster, ConfigPlace at) {
        if (cluster.settings().discovery() instanceof Discovery.Static) {
            cluster.endpoints(
                    cluster.proto().getLoadAssignment(),
                    KnownEndpoints.none(),
                    at.field("load_assignment"));
        }
    }

    private static List<CompiledListener> listeners(
            Bootstrap bootstrap, ListenerCompiler compiler, ConfigPlace at) {
        List<CompiledListener> compiled = new ArrayList<>();
        for (int i = 0; i < bootstrap.getStaticResources().getListenersCount(); i++) {
            Listener listener = bootstrap.getStaticResources().getListeners(i);
            if (listener.getName().isEmpty()) {
                // Envoy names it by a UUID; a number can be found again.
                listener = listener.toBuilder().setName("listener_" + i).build();
            }
            compiler.compile(listener, at.element("listeners", i)).ifPresent(compiled::add);
        }
        return compiled;
    }
}
