package io.meltemi.proxy;

import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.meltemi.proxy.cluster.ClusterSettings.Discovery;
import io.meltemi.proxy.cluster.Endpoint;
import io.meltemi.proxy.cluster.EndpointSet;
import io.meltemi.proxy.cluster.KnownEndpoints;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.dns.CachedHost;
import io.meltemi.proxy.dns.DnsCache;
import io.meltemi.proxy.dns.DnsCaches;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;

/// Gives clusters their endpoints: their own, those of EDS, or what names resolve to. Confined to
/// the configuration thread.
final class ClusterEndpoints {
    private final ScheduledExecutorService configurationThread;
    private final Runnable changed;
    private final DnsCaches caches;

    /// @param changed runs when a name has been resolved
    ClusterEndpoints(
            ScheduledExecutorService configurationThread, DnsCaches caches, Runnable changed) {
        this.caches = caches;
        this.configurationThread = configurationThread;
        this.changed = changed;
    }

    static void set(ActiveCluster active, ClusterLoadAssignment assignment) {
        active.assignment = assignment;
        active.update(
                active.compiled.endpoints(
                        assignment, active.cluster.known(), ConfigPlace.root("")));
    }

    /// Has the names of a DNS cache as endpoints from now on.
    void follow(ActiveCluster active, Discovery.DynamicForward forward) {
        DnsCache cache = caches.get(forward.cache(), ConfigPlace.root(""));
        if (cache == null) {
            throw new IllegalStateException("the cache was there when the cluster was compiled");
        }
        active.following = cache.watch(() -> take(active, cache));
        take(active, cache);
    }

    private static void take(ActiveCluster active, DnsCache cache) {
        KnownEndpoints known = active.cluster.known();
        List<Endpoint> all = new ArrayList<>();
        for (CachedHost host : cache.hosts()) {
            InetSocketAddress address = host.address();
            if (address != null) {
                Endpoint.Definition definition =
                        new Endpoint.Definition(
                                address, host.name().key(), 1, 0, Endpoint.Locality.NONE, Map.of());
                all.add(active.compiled.endpoint(definition, known));
            }
        }
        if (!all.isEmpty() || !active.cluster.endpoints().levels().isEmpty()) {
            var locality = new EndpointSet.LocalityEndpoints(Endpoint.Locality.NONE, 0, all);
            active.update(new EndpointSet(List.of(new EndpointSet.Level(List.of(locality)))));
        }
    }

    /// Resolves names again and again.
    void resolve(ActiveCluster active, Discovery.Dns dns) {
        DnsNames names = new DnsNames(active, dns, configurationThread, changed);
        active.resolving = names;
        names.start();
    }
}
