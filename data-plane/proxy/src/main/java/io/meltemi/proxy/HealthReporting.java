package io.meltemi.proxy;

import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.healthdiscovery.HealthDiscovery;
import io.meltemi.proxy.xds.SourceCompiler;
import io.meltemi.proxy.xds.XdsSource;
import io.meltemi.xds.client.ReportStream;
import org.jspecify.annotations.Nullable;

/// Checks endpoints for a health discovery service where the bootstrap names one. Confined to the
/// configuration thread.
final class HealthReporting implements AutoCloseable {
    private final ProxyRuntime runtime;
    private final SourceCompiler sources;
    private final HealthDiscovery.Checks checks;
    private @Nullable HealthDiscovery discovery;

    HealthReporting(ProxyRuntime runtime, SourceCompiler sources, HealthDiscovery.Checks checks) {
        this.runtime = runtime;
        this.sources = sources;
        this.checks = checks;
    }

    /// Begins, if there is a service; harmless when called again.
    void start() {
        Bootstrap bootstrap = runtime.bootstrap();
        if (discovery != null || !bootstrap.hasHdsConfig()) {
            return;
        }
        XdsSource.Grpc service =
                sources.compile(bootstrap.getHdsConfig(), ConfigPlace.root("hds_config"));
        if (service == null) {
            throw new IllegalStateException("the service was there when the bootstrap was checked");
        }
        HealthDiscovery made =
                new HealthDiscovery(
                        new ReportStream.Surroundings(
                                runtime.channels().channel(service.cluster()),
                                service.metadata(),
                                runtime.configurationThread()),
                        runtime.node(),
                        checks,
                        runtime.stats());
        discovery = made;
        made.open();
    }

    @Override
    public void close() {
        if (discovery != null) {
            discovery.close();
        }
    }
}
