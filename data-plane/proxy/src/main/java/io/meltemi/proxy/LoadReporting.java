package io.meltemi.proxy;

import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.loadstats.LoadReports;
import io.meltemi.proxy.loadstats.ReportedCluster;
import io.meltemi.proxy.xds.SourceCompiler;
import io.meltemi.proxy.xds.XdsSource;
import io.meltemi.xds.client.ReportStream;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reports load where the bootstrap names a service for it. Confined to the configuration thread.
final class LoadReporting implements AutoCloseable {
    private final ProxyRuntime runtime;
    private final SourceCompiler sources;
    private final ActiveClusters clusters;
    private boolean isStarted;
    private @Nullable LoadReports reports;

    LoadReporting(ProxyRuntime runtime, SourceCompiler sources, ActiveClusters clusters) {
        this.runtime = runtime;
        this.sources = sources;
        this.clusters = clusters;
    }

    /// Begins, if there is a service; harmless when called again. Envoy: once static clusters and
    /// the runtime are there.
    void start() {
        Bootstrap bootstrap = runtime.bootstrap();
        if (isStarted || !bootstrap.getClusterManager().hasLoadStatsConfig()) {
            return;
        }
        isStarted = true;
        XdsSource.Grpc service =
                sources.compile(
                        bootstrap.getClusterManager().getLoadStatsConfig(), ConfigPlace.root(""));
        if (service == null) {
            throw new IllegalStateException("the service was there when the bootstrap was checked");
        }
        LoadReports made =
                new LoadReports(
                        new ReportStream.Surroundings(
                                runtime.channels().channel(service.cluster()),
                                service.metadata(),
                                runtime.configurationThread()),
                        runtime.environment().ticker(),
                        runtime.node(),
                        this::inForce,
                        runtime.stats());
        reports = made;
        made.open();
    }

    private Map<String, ReportedCluster> inForce() {
        Map<String, ReportedCluster> all = new LinkedHashMap<>();
        clusters.inForce()
                .forEach((name, active) ->
                        all.put(
                                name,
                                new ReportedCluster(
                                        active.cluster,
                                        active.compiled
                                                .proto()
                                                .getEdsClusterConfig()
                                                .getServiceName())));
        return all;
    }

    @Override
    public void close() {
        if (reports != null) {
            reports.close();
        }
    }
}
