package io.meltemi.proxy.loadstats;

import io.envoyproxy.envoy.config.core.v3.Locality;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterStats;
import io.envoyproxy.envoy.config.endpoint.v3.UpstreamLocalityStats;
import io.meltemi.proxy.cluster.Cluster;
import io.meltemi.proxy.cluster.Endpoint;
import io.meltemi.proxy.cluster.EndpointSet;
import io.meltemi.proxy.observe.AddressProto;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What is still to be told of one cluster: what its counters grew by since the last report.
/// Confined to the configuration thread.
///
/// It remembers the endpoints of the last report and no others.
final class LoadWindow {
    private static final long MICRO_NANOS = 1_000;
    private static final long SECOND_NANOS = 1_000_000_000;

    private long sinceNanos;

    /// Null while there is no cluster of this name.
    private @Nullable Cluster cluster;

    private Map<Endpoint, Load> told = Map.of();
    private long dropped;
    private long droppedByOverload;

    /// What an endpoint has done. Immutable.
    private record Load(long issued, long succeeded, long failed, long active) {
        static final Load NONE = new Load(0, 0, 0, 0);

        static Load of(Endpoint endpoint) {
            var counters = endpoint.counters();
            return new Load(
                    counters.requests.sum(),
                    counters.requestSuccesses.sum(),
                    counters.requestErrors.sum(),
                    // Envoy: only what has a connection.
                    Math.max(0, endpoint.activeRequests() - counters.pendingRequests.get()));
        }

        Load since(Load before) {
            return new Load(
                    issued - before.issued,
                    succeeded - before.succeeded,
                    failed - before.failed,
                    active);
        }

        Load plus(Load other) {
            return new Load(
                    issued + other.issued,
                    succeeded + other.succeeded,
                    failed + other.failed,
                    active + other.active);
        }

        boolean isNothing() {
            return equals(NONE);
        }
    }

    /// Begins now: what was before is never told.
    ///
    /// @param found null when there is no cluster of this name yet
    LoadWindow(@Nullable Cluster found, long nowNanos) {
        sinceNanos = nowNanos;
        cluster = found;
        if (found != null) {
            dropped = found.stats().dropped.sum();
            droppedByOverload = found.stats().droppedByOverload.sum();
            told = loads(found);
        }
    }

    private static Map<Endpoint, Load> loads(Cluster of) {
        Map<Endpoint, Load> loads = new HashMap<>();
        of.endpoints().all().forEach(endpoint -> loads.put(endpoint, Load.of(endpoint)));
        return loads;
    }

    /// There is no cluster of this name any more.
    void lost() {
        cluster = null;
        told = Map.of();
    }

    /// Tells what there is and begins anew.
    ///
    /// @param byEndpoint whether each endpoint is told by itself, too
    ClusterStats.Builder report(ReportedCluster current, boolean byEndpoint, long nowNanos) {
        begin(current.cluster());
        ClusterStats.Builder report =
                ClusterStats.newBuilder()
                        .setClusterName(current.cluster().name())
                        .setClusterServiceName(current.edsService());
        Map<Endpoint, Load> now = new HashMap<>();
        EndpointSet endpoints = current.cluster().endpoints();
        for (EndpointSet.Level level : endpoints.levels()) {
            for (EndpointSet.LocalityEndpoints locality : level.localities()) {
                locality(locality.endpoints(), byEndpoint, now, report);
            }
        }
        told = now;
        drops(current.cluster(), endpoints.policy().dropCategory(), report);
        long micros = (nowNanos - sinceNanos) / MICRO_NANOS;
        long nanos = micros * MICRO_NANOS;
        report.getLoadReportIntervalBuilder()
                .setSeconds(nanos / SECOND_NANOS)
                .setNanos((int) (nanos % SECOND_NANOS));
        sinceNanos = nowNanos;
        return report;
    }

    /// A cluster that took another one's place counts from its own beginning.
    private void begin(Cluster current) {
        if (!current.equals(cluster)) {
            cluster = current;
            told = Map.of();
            dropped = 0;
            droppedByOverload = 0;
        }
    }

    private void locality(
            List<Endpoint> endpoints,
            boolean byEndpoint,
            Map<Endpoint, Load> now,
            ClusterStats.Builder report) {
        UpstreamLocalityStats.Builder stats = UpstreamLocalityStats.newBuilder();
        Load sum = Load.NONE;
        for (Endpoint endpoint : endpoints) {
            Load total = Load.of(endpoint);
            now.put(endpoint, total);
            Load load = total.since(told.getOrDefault(endpoint, Load.NONE));
            if (byEndpoint && !load.isNothing()) {
                endpoint(endpoint, load, stats);
            }
            sum = sum.plus(load);
        }
        if (sum.isNothing()) {
            return;
        }
        Endpoint.Definition first = endpoints.getFirst().definition();
        report.addUpstreamLocalityStats(
                stats.setLocality(proto(first.locality()))
                        .setPriority(first.priority())
                        .setTotalIssuedRequests(sum.issued())
                        .setTotalSuccessfulRequests(sum.succeeded())
                        .setTotalErrorRequests(sum.failed())
                        .setTotalRequestsInProgress(sum.active()));
    }

    private static void endpoint(Endpoint endpoint, Load load, UpstreamLocalityStats.Builder to) {
        to.addUpstreamEndpointStatsBuilder()
                .setAddress(AddressProto.of(endpoint.addressText()))
                .setTotalIssuedRequests(load.issued())
                .setTotalSuccessfulRequests(load.succeeded())
                .setTotalErrorRequests(load.failed())
                .setTotalRequestsInProgress(load.active());
    }

    private static Locality proto(Endpoint.Locality locality) {
        return Locality.newBuilder()
                .setRegion(locality.region())
                .setZone(locality.zone())
                .setSubZone(locality.subZone())
                .build();
    }

    private void drops(Cluster current, String category, ClusterStats.Builder report) {
        long all = current.stats().dropped.sum();
        long byOverload = current.stats().droppedByOverload.sum();
        report.setTotalDroppedRequests(all - dropped);
        if (byOverload > droppedByOverload) {
            report.addDroppedRequestsBuilder()
                    .setCategory(category)
                    .setDroppedCount(byOverload - droppedByOverload);
        }
        dropped = all;
        droppedByOverload = byOverload;
    }
}
