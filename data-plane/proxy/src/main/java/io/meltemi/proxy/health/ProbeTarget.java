package io.meltemi.proxy.health;

import io.meltemi.proxy.cluster.Cluster;
import io.meltemi.proxy.cluster.Endpoint;
import io.meltemi.proxy.loop.WorkerLoop;
import io.meltemi.proxy.tls.AlpnOffer;
import io.meltemi.proxy.tls.UpstreamTls;
import io.meltemi.proxy.upstream.Connector;
import org.jspecify.annotations.Nullable;

/// The endpoint that a probe asks, and with what. Immutable.
record ProbeTarget(
        Cluster cluster,
        Endpoint endpoint,
        HealthCheckSettings settings,
        WorkerLoop loop,
        Connector connector) {
    /// Begins to connect. Envoy: a check has its own timeout and not the cluster's for connecting.
    void connect(Connector.Outcome outcome) {
        connector.connect(
                cluster.settings(),
                endpoint.definition().check().of(endpoint.address()),
                settings.transport().of(endpoint),
                new Connector.Target(
                        new UpstreamTls.Target(
                                endpoint.definition().hostname(), null, false, AlpnOffer.NONE),
                        null),
                settings.times().timeout() * 2,
                outcome);
    }

    /// How checks are encrypted; null for plain text.
    @Nullable UpstreamTls tls() {
        return settings.transport().of(endpoint).tls();
    }

    /// What a request calls the endpoint.
    String authority(String configured) {
        String own = endpoint.definition().check().hostname();
        if (!own.isEmpty()) {
            return own;
        }
        return configured.isEmpty() ? cluster.name() : configured;
    }
}
