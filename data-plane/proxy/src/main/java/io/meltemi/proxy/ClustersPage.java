package io.meltemi.proxy;

import io.envoyproxy.envoy.admin.v3.ClusterStatus;
import io.envoyproxy.envoy.admin.v3.Clusters;
import io.envoyproxy.envoy.admin.v3.HostHealthStatus;
import io.envoyproxy.envoy.admin.v3.HostStatus;
import io.envoyproxy.envoy.admin.v3.SimpleMetric;
import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.HealthStatus;
import io.envoyproxy.envoy.config.core.v3.RoutingPriority;
import io.meltemi.proxy.cluster.CircuitBreakers;
import io.meltemi.proxy.cluster.Endpoint;
import io.meltemi.proxy.cluster.EndpointCounters;
import io.meltemi.proxy.cluster.HealthFlags;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Collection;

/// Envoy's `/clusters`. Without state; clusters are read on the configuration thread.
final class ClustersPage {
    private static final long UNLIMITED = 4_294_967_295L;

    /// What Envoy prints while there is no rate to tell.
    private static final String NO_RATE = "-1";

    private ClustersPage() {}

    static String text(Collection<ActiveCluster> clusters) {
        StringBuilder out = new StringBuilder();
        clusters.forEach(each -> cluster(each, out));
        return out.toString();
    }

    static Clusters proto(Collection<ActiveCluster> clusters) {
        Clusters.Builder all = Clusters.newBuilder();
        clusters.forEach(each -> all.addClusterStatuses(status(each)));
        return all.build();
    }

    private static void cluster(ActiveCluster active, StringBuilder out) {
        String name = active.name();
        String lead = name + "::";
        line(out, lead, "observability_name", active.cluster.settings().statName());
        if (active.cluster.settings().outlier() != null) {
            line(out, lead, "outlier::success_rate_average", NO_RATE);
            line(out, lead, "outlier::success_rate_ejection_threshold", NO_RATE);
            line(out, lead, "outlier::local_origin_success_rate_average", NO_RATE);
            line(out, lead, "outlier::local_origin_success_rate_ejection_threshold", NO_RATE);
        }
        breakers(lead + "default_priority::", active.cluster.breakers(false), out);
        breakers(lead + "high_priority::", active.cluster.breakers(true), out);
        line(out, lead, "added_via_api", !active.isStatic);
        String eds = active.edsName();
        if (eds != null) {
            line(out, lead, "eds_service_name", eds.equals(name) ? "" : eds);
        }
        for (Endpoint endpoint : active.cluster.endpoints().all()) {
            endpoint(lead + endpoint.addressText().text() + "::", endpoint, out);
        }
    }

    private static void breakers(String lead, CircuitBreakers breakers, StringBuilder out) {
        line(out, lead, "max_connections", unsigned(breakers.connections.limit()));
        line(out, lead, "max_pending_requests", unsigned(breakers.pendingRequests.limit()));
        line(out, lead, "max_requests", unsigned(breakers.requests.limit()));
        line(out, lead, "max_retries", unsigned(breakers.retries.limit()));
    }

    /// No limit is Envoy's largest number.
    private static long unsigned(int limit) {
        return limit == Integer.MAX_VALUE ? UNLIMITED : limit;
    }

    private static void endpoint(String lead, Endpoint endpoint, StringBuilder out) {
        EndpointCounters counters = endpoint.counters();
        line(out, lead, "cx_active", counters.activeConnections);
        line(out, lead, "cx_connect_fail", counters.connectFailures);
        line(out, lead, "cx_total", counters.connections);
        line(out, lead, "rq_active", endpoint.activeRequests());
        line(out, lead, "rq_error", counters.requestErrors);
        line(out, lead, "rq_pending_active", counters.pendingRequests);
        line(out, lead, "rq_success", counters.requestSuccesses);
        line(out, lead, "rq_timeout", counters.requestTimeouts);
        line(out, lead, "rq_total", counters.requests);
        line(out, lead, "hostname", endpoint.definition().hostname());
        line(out, lead, "health_flags", HealthFlags.text(endpoint.healthFlags()));
        line(out, lead, "weight", endpoint.weight());
        Endpoint.Locality where = endpoint.definition().locality();
        line(out, lead, "region", where.region());
        line(out, lead, "zone", where.zone());
        line(out, lead, "sub_zone", where.subZone());
        line(out, lead, "canary", isCanary(endpoint));
        line(out, lead, "priority", endpoint.definition().priority());
        line(out, lead, "success_rate", NO_RATE);
        line(out, lead, "local_origin_success_rate", NO_RATE);
    }

    private static void line(StringBuilder out, String lead, String name, Object value) {
        out.append(lead).append(name).append("::").append(value).append('\n');
    }

    private static boolean isCanary(Endpoint endpoint) {
        var lb = endpoint.definition().metadata().get("envoy.lb");
        return lb != null
                && lb.getFieldsMap().containsKey("canary")
                && lb.getFieldsOrThrow("canary").getBoolValue();
    }

    private static ClusterStatus status(ActiveCluster active) {
        ClusterStatus.Builder status =
                ClusterStatus.newBuilder()
                        .setName(active.name())
                        .setObservabilityName(active.cluster.settings().statName())
                        .setAddedViaApi(!active.isStatic);
        String eds = active.edsName();
        if (eds != null && !eds.equals(active.name())) {
            status.setEdsServiceName(eds);
        }
        thresholds(status, RoutingPriority.DEFAULT, active.cluster.breakers(false));
        thresholds(status, RoutingPriority.HIGH, active.cluster.breakers(true));
        active.cluster.endpoints().all().forEach(each -> status.addHostStatuses(host(each)));
        return status.build();
    }

    private static void thresholds(
            ClusterStatus.Builder status, RoutingPriority priority, CircuitBreakers breakers) {
        var limits = status.getCircuitBreakersBuilder().addThresholdsBuilder();
        limits.setPriority(priority);
        limits.getMaxConnectionsBuilder().setValue(breakers.connections.limit());
        limits.getMaxPendingRequestsBuilder().setValue(breakers.pendingRequests.limit());
        limits.getMaxRequestsBuilder().setValue(breakers.requests.limit());
        limits.getMaxRetriesBuilder().setValue(breakers.retries.limit());
    }

    private static HostStatus host(Endpoint endpoint) {
        EndpointCounters counters = endpoint.counters();
        Endpoint.Definition definition = endpoint.definition();
        HostStatus.Builder host =
                HostStatus.newBuilder()
                        .setAddress(address(endpoint.address()))
                        .setHostname(definition.hostname())
                        .setWeight(endpoint.weight())
                        .setPriority(definition.priority())
                        .setHealthStatus(health(endpoint));
        host.getLocalityBuilder()
                .setRegion(definition.locality().region())
                .setZone(definition.locality().zone())
                .setSubZone(definition.locality().subZone());
        host.addStats(counter("cx_connect_fail", counters.connectFailures.sum()));
        host.addStats(counter("cx_total", counters.connections.sum()));
        host.addStats(counter("rq_error", counters.requestErrors.sum()));
        host.addStats(counter("rq_success", counters.requestSuccesses.sum()));
        host.addStats(counter("rq_timeout", counters.requestTimeouts.sum()));
        host.addStats(counter("rq_total", counters.requests.sum()));
        host.addStats(gauge("cx_active", counters.activeConnections.get()));
        host.addStats(gauge("rq_active", endpoint.activeRequests()));
        host.addStats(gauge("rq_pending_active", counters.pendingRequests.get()));
        return host.build();
    }

    private static SimpleMetric counter(String name, long value) {
        return SimpleMetric.newBuilder().setName(name).setValue(value).build();
    }

    private static SimpleMetric gauge(String name, long value) {
        return SimpleMetric.newBuilder()
                .setType(SimpleMetric.Type.GAUGE)
                .setName(name)
                .setValue(value)
                .build();
    }

    private static HostHealthStatus health(Endpoint endpoint) {
        return HostHealthStatus.newBuilder()
                .setFailedOutlierCheck(endpoint.isEjected())
                .setFailedActiveHealthCheck(endpoint.has(HealthFlags.FAILED_ACTIVE_HC))
                .setFailedActiveDegradedCheck(endpoint.has(HealthFlags.DEGRADED_ACTIVE_HC))
                .setPendingDynamicRemoval(endpoint.has(HealthFlags.PENDING_DYNAMIC_REMOVAL))
                .setPendingActiveHc(endpoint.has(HealthFlags.PENDING_ACTIVE_HC))
                .setExcludedViaImmediateHcFail(
                        endpoint.has(HealthFlags.EXCLUDED_VIA_IMMEDIATE_HC_FAIL))
                .setActiveHcTimeout(endpoint.has(HealthFlags.ACTIVE_HC_TIMEOUT))
                .setEdsHealthStatus(edsHealth(endpoint))
                .build();
    }

    static HealthStatus edsHealth(Endpoint endpoint) {
        return switch (endpoint.health()) {
            case HEALTHY -> HealthStatus.HEALTHY;
            case DEGRADED -> HealthStatus.DEGRADED;
            case UNHEALTHY -> HealthStatus.UNHEALTHY;
            case DRAINING -> HealthStatus.DRAINING;
            case TIMEOUT -> HealthStatus.TIMEOUT;
        };
    }

    static Address address(SocketAddress address) {
        Address.Builder proto = Address.newBuilder();
        if (address instanceof InetSocketAddress inet) {
            proto.getSocketAddressBuilder()
                    .setAddress(inet.getAddress().getHostAddress())
                    .setPortValue(inet.getPort());
        } else {
            proto.getPipeBuilder().setPath(Worker.text(address));
        }
        return proto.build();
    }
}
