package io.meltemi.proxy.cluster;

import io.meltemi.base.time.Ticker;
import io.meltemi.proxy.observe.stats.StatsStore;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// One upstream cluster in force: settings, endpoints, limits, statistics. Thread-safe: workers
/// read the endpoints as one immutable value; whoever changes them raises the epoch, by which
/// workers know that what they computed is old.
public final class Cluster {
    private final ClusterSettings settings;
    private final ClusterStats stats;
    private final CircuitBreakers defaultBreakers;
    private final CircuitBreakers highBreakers;
    private final OutlierDetector outlier;
    private final @Nullable HealthCheckStats healthChecks;
    private final AtomicLong epoch = new AtomicLong();
    private volatile Watcher watcher = Watcher.NOBODY;
    private volatile EndpointSet endpoints = EndpointSet.EMPTY;

    /// Hears of endpoints that should be used no more. Thread-safe.
    public interface Watcher {
        /// Nobody cares.
        Watcher NOBODY =
                new Watcher() {
                    @Override
                    public void onFailed(Endpoint endpoint) {}

                    @Override
                    public void onToldToFail(Endpoint endpoint) {}
                };

        /// A health check or the outlier detection takes it out.
        void onFailed(Endpoint endpoint);

        /// It said itself, in a response, that it fails its health check.
        void onToldToFail(Endpoint endpoint);
    }

    public Cluster(ClusterSettings settings, StatsStore store, Ticker ticker) {
        this.settings = settings;
        this.stats = new ClusterStats(store, settings.statName());
        this.defaultBreakers =
                new CircuitBreakers(settings.defaultLimits(), stats.scope(), "default");
        this.highBreakers = new CircuitBreakers(settings.highLimits(), stats.scope(), "high");
        this.healthChecks = settings.checks() == null ? null : new HealthCheckStats(stats.scope());
        this.outlier =
                new OutlierDetector(
                        settings.outlier(),
                        this,
                        ticker,
                        () -> ThreadLocalRandom.current().nextLong());
    }

    public ClusterSettings settings() {
        return settings;
    }

    public String name() {
        return settings.name();
    }

    public ClusterStats stats() {
        return stats;
    }

    /// @param highPriority the route's `priority`
    public CircuitBreakers breakers(boolean highPriority) {
        return highPriority ? highBreakers : defaultBreakers;
    }

    public OutlierDetector outlier() {
        return outlier;
    }

    public EndpointSet endpoints() {
        return endpoints;
    }

    /// Counts of active health checks; null when there are none.
    public @Nullable HealthCheckStats healthChecks() {
        return healthChecks;
    }

    /// One watcher at a time.
    public void watch(Watcher other) {
        watcher = other;
    }

    /// An endpoint is taken out: connections to it should not be used for new requests.
    public void failed(Endpoint endpoint) {
        watcher.onFailed(endpoint);
    }

    /// An endpoint said in a response that it fails its health check.
    public void toldToFail(Endpoint endpoint) {
        if (healthChecks != null && !endpoint.definition().check().disabled()) {
            endpoint.setFlag(HealthFlags.EXCLUDED_VIA_IMMEDIATE_HC_FAIL, true);
            watcher.onToldToFail(endpoint);
        }
    }

    /// Rises with every change of endpoints or of what is known of them.
    public long epoch() {
        return epoch.get();
    }

    /// What is known of the endpoints changed: workers compute again what depends on it.
    public void changed() {
        epoch.incrementAndGet();
        count();
    }

    /// One at a time, so that the last count is the one that stays.
    private synchronized void count() {
        int healthy = 0;
        int degraded = 0;
        int excluded = 0;
        for (Endpoint endpoint : endpoints.all()) {
            degraded += endpoint.isDegraded() ? 1 : 0;
            healthy += endpoint.isAvailable() && !endpoint.isDegraded() ? 1 : 0;
            excluded += endpoint.isExcluded() ? 1 : 0;
        }
        stats.membershipHealthy.set(healthy);
        stats.membershipDegraded.set(degraded);
        stats.membershipExcluded.set(excluded);
    }

    /// Puts other endpoints in force. One thread at a time.
    ///
    /// Endpoints that were there before are kept with their state: `fresh` should be made with
    /// [#known].
    public void update(EndpointSet fresh) {
        ActiveChecks checks = settings.checks();
        boolean discovered = !(settings.discovery() instanceof ClusterSettings.Discovery.Static);
        put(checks == null ? fresh : CheckedEndpoints.join(endpoints, fresh, checks, discovered));
    }

    /// Takes an endpoint out that discovery named no more. One thread at a time.
    public void drop(Endpoint gone) {
        put(CheckedEndpoints.without(endpoints, gone));
    }

    private void put(EndpointSet now) {
        endpoints = now;
        stats.membershipTotal.set(now.all().size());
        stats.membershipChange.increment();
        changed();
    }

    /// The endpoints in force by what they are known by, for an update to take over.
    public KnownEndpoints known() {
        return KnownEndpoints.of(endpoints.all());
    }

    /// Endpoints in force, for pools to know which of theirs are gone.
    public Set<Endpoint> members() {
        return new HashSet<>(endpoints.all());
    }
}
