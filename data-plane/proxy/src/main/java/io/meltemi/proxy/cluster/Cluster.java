package io.meltemi.proxy.cluster;

import io.meltemi.base.time.Ticker;
import io.meltemi.proxy.observe.stats.StatsStore;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

/// One upstream cluster in force: settings, endpoints, limits, statistics. Thread-safe: workers
/// read the endpoints as one immutable value; whoever changes them raises the epoch, by which
/// workers know that what they computed is old.
public final class Cluster {
    private final ClusterSettings settings;
    private final ClusterStats stats;
    private final CircuitBreakers defaultBreakers;
    private final CircuitBreakers highBreakers;
    private final OutlierDetector outlier;
    private final AtomicLong epoch = new AtomicLong();
    private volatile EndpointSet endpoints = EndpointSet.EMPTY;

    public Cluster(ClusterSettings settings, StatsStore store, Ticker ticker) {
        this.settings = settings;
        this.stats = new ClusterStats(store, settings.statName());
        this.defaultBreakers =
                new CircuitBreakers(settings.defaultLimits(), stats.scope(), "default");
        this.highBreakers = new CircuitBreakers(settings.highLimits(), stats.scope(), "high");
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

    /// Rises with every change of endpoints or of what is known of them.
    public long epoch() {
        return epoch.get();
    }

    /// What is known of the endpoints changed: workers compute again what depends on it.
    public void changed() {
        epoch.incrementAndGet();
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
    /// Endpoints that were there before, with the same definition and transport, are kept with
    /// their state: `fresh` should be made by [#known].
    public void update(EndpointSet fresh) {
        endpoints = fresh;
        stats.membershipTotal.set(fresh.all().size());
        stats.membershipChange.increment();
        changed();
    }

    /// The endpoints in force by what defines them, for an update to take over.
    public Map<Endpoint.Definition, Endpoint> known() {
        Map<Endpoint.Definition, Endpoint> known = new HashMap<>();
        for (Endpoint endpoint : endpoints.all()) {
            known.put(endpoint.definition(), endpoint);
        }
        return known;
    }

    /// Endpoints in force, for pools to know which of theirs are gone.
    public Set<Endpoint> members() {
        return new HashSet<>(endpoints.all());
    }
}
