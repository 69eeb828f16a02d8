package io.meltemi.proxy;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.HealthStatus;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import io.envoyproxy.envoy.service.health.v3.ClusterEndpointsHealth;
import io.envoyproxy.envoy.service.health.v3.ClusterHealthCheck;
import io.envoyproxy.envoy.service.health.v3.EndpointHealth;
import io.envoyproxy.envoy.service.health.v3.EndpointHealthResponse;
import io.envoyproxy.envoy.service.health.v3.HealthCheckSpecifier;
import io.envoyproxy.envoy.service.health.v3.LocalityEndpoints;
import io.envoyproxy.envoy.service.health.v3.LocalityEndpointsHealth;
import io.meltemi.proxy.cluster.Endpoint;
import io.meltemi.proxy.cluster.EndpointSet;
import io.meltemi.proxy.cluster.HealthFlags;
import io.meltemi.proxy.config.ClusterCompiler;
import io.meltemi.proxy.config.ClusterCompiler.CompiledCluster;
import io.meltemi.proxy.config.TransportSockets;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.check.ConfigRefusedException;
import io.meltemi.proxy.healthdiscovery.HealthDiscovery;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/// Endpoints that are checked for a health discovery service and get no requests: clusters that
/// only health checks know. Confined to the configuration thread.
final class DelegatedChecks implements HealthDiscovery.Checks {
    private final ProxyRuntime runtime;
    private final ClusterCompiler compiler;
    private final ClusterChecks checks;
    private final Needs needs;
    private final Predicate<String> isCluster;
    private Map<String, Delegated> byName = new LinkedHashMap<>();

    /// One cluster of a specifier.
    ///
    /// @param proto what it is now; its endpoints may have changed since `active` was made
    private record Delegated(ActiveCluster active, Cluster proto) {}

    /// @param isCluster whether there is a cluster for requests of this name
    DelegatedChecks(
            ProxyRuntime runtime,
            ClusterCompiler compiler,
            ClusterChecks checks,
            Needs needs,
            Predicate<String> isCluster) {
        this.runtime = runtime;
        this.compiler = compiler;
        this.checks = checks;
        this.needs = needs;
        this.isCluster = isCluster;
    }

    @Override
    public void follow(HealthCheckSpecifier wish) throws ConfigRefusedException {
        List<CompiledCluster> wanted = compile(wish);
        Map<String, Delegated> before = byName;
        byName = new LinkedHashMap<>();
        for (CompiledCluster compiled : wanted) {
            Delegated known = before.remove(compiled.settings().name());
            byName.put(
                    compiled.settings().name(),
                    known == null ? begin(compiled) : goOn(known, compiled));
        }
        before.values().forEach(this::end);
    }

    private Delegated begin(CompiledCluster compiled) {
        ActiveCluster made = make(compiled);
        ClusterEndpoints.set(made, compiled.proto().getLoadAssignment());
        checks.start(made);
        return new Delegated(made, compiled.proto());
    }

    private ActiveCluster make(CompiledCluster compiled) {
        return new ActiveCluster(
                compiled,
                new io.meltemi.proxy.cluster.Cluster(
                        compiled.settings(), runtime.stats(), runtime.environment().ticker()),
                false,
                "",
                Set.of());
    }

    /// Envoy: what is known of an endpoint stays known, whatever else of its cluster changes.
    private Delegated goOn(Delegated known, CompiledCluster compiled) {
        Cluster proto = compiled.proto();
        if (known.proto().equals(proto)) {
            return known;
        }
        ActiveCluster active = known.active();
        if (withoutEndpoints(known.proto()).equals(withoutEndpoints(proto))) {
            ClusterEndpoints.set(active, proto.getLoadAssignment());
            return new Delegated(active, proto);
        }
        List<Endpoint> well = new ArrayList<>(active.cluster.endpoints().all());
        well.removeIf(each -> each.has(HealthFlags.FAILED_ACTIVE_HC));
        active.stop();
        ActiveCluster made = make(compiled);
        made.update(
                compiled.endpoints(
                        proto.getLoadAssignment(), active.cluster.known(), ConfigPlace.root("")));
        well.forEach(each -> each.setFlag(HealthFlags.FAILED_ACTIVE_HC, false));
        made.cluster.changed();
        checks.start(made);
        active.cluster.stats().close();
        return new Delegated(made, proto);
    }

    private static Cluster withoutEndpoints(Cluster proto) {
        return proto.toBuilder().clearLoadAssignment().build();
    }

    private void end(Delegated gone) {
        gone.active().stop();
        gone.active().cluster.stats().close();
        if (!isCluster.test(gone.active().name())) {
            runtime.tls()
                    .forget(TransportSockets.owner(gone.active().cluster.settings().statName()));
        }
    }

    /// All that is asked for, or what is wrong with it.
    private List<CompiledCluster> compile(HealthCheckSpecifier wish) throws ConfigRefusedException {
        ConfigPlace root = ConfigPlace.root("");
        List<CompiledCluster> all = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (int i = 0; i < wish.getClusterHealthChecksCount(); i++) {
            ConfigPlace at = root.element("cluster_health_checks", i);
            Cluster proto = cluster(wish.getClusterHealthChecks(i));
            if (!names.add(proto.getName())) {
                at.field("cluster_name").refuse("'" + proto.getName() + "' is there already");
            }
            if (proto.getHealthChecksCount() == 0) {
                at.field("health_checks").refuse("are missing");
            }
            if (!needs.find(proto, at).isEmpty()) {
                at.field("transport_socket_matches")
                        .refuse("must not need secrets of a control plane");
            }
            compiler.compile(proto, at)
                    .ifPresent(compiled -> {
                        StaticResources.checkEndpoints(compiled, at);
                        all.add(compiled);
                    });
        }
        root.throwIfRefused("health check specifier");
        return all;
    }

    private static Cluster cluster(ClusterHealthCheck wish) {
        Cluster.Builder cluster =
                Cluster.newBuilder()
                        .setName(wish.getClusterName())
                        .addAllHealthChecks(wish.getHealthChecksList())
                        .addAllTransportSocketMatches(wish.getTransportSocketMatchesList());
        if (wish.hasUpstreamBindConfig()) {
            cluster.setUpstreamBindConfig(wish.getUpstreamBindConfig());
        }
        ClusterLoadAssignment.Builder assignment = cluster.getLoadAssignmentBuilder();
        assignment.setClusterName(wish.getClusterName());
        for (LocalityEndpoints group : wish.getLocalityEndpointsList()) {
            LocalityLbEndpoints.Builder locality =
                    assignment.addEndpointsBuilder().setLocality(group.getLocality());
            group.getEndpointsList()
                    .forEach(each -> locality.addLbEndpointsBuilder().setEndpoint(each));
        }
        return cluster.build();
    }

    @Override
    public EndpointHealthResponse report() {
        EndpointHealthResponse.Builder report = EndpointHealthResponse.newBuilder();
        for (Delegated each : byName.values()) {
            ActiveCluster active = each.active();
            ClusterEndpointsHealth.Builder cluster =
                    report.addClusterEndpointsHealthBuilder().setClusterName(active.name());
            for (EndpointSet.Level level : active.cluster.endpoints().levels()) {
                for (EndpointSet.LocalityEndpoints group : level.localities()) {
                    if (!group.endpoints().isEmpty()) {
                        report(group, cluster.addLocalityEndpointsHealthBuilder(), report);
                    }
                }
            }
        }
        return report.build();
    }

    @SuppressWarnings("deprecation") // the flat list, which older services read
    private static void report(
            EndpointSet.LocalityEndpoints group,
            LocalityEndpointsHealth.Builder to,
            EndpointHealthResponse.Builder flat) {
        Endpoint.Locality where = group.locality();
        to.getLocalityBuilder()
                .setRegion(where.region())
                .setZone(where.zone())
                .setSubZone(where.subZone());
        for (Endpoint endpoint : group.endpoints()) {
            EndpointHealth.Builder health = EndpointHealth.newBuilder();
            health.getEndpointBuilder().setAddress(ClustersPage.address(endpoint.address()));
            health.setHealthStatus(status(endpoint));
            to.addEndpointsHealth(health);
            flat.addEndpointsHealth(health);
        }
    }

    /// Envoy: what answers that it is degraded is told of as unhealthy.
    private static HealthStatus status(Endpoint endpoint) {
        if (endpoint.isAvailable() && !endpoint.isDegraded()) {
            return HealthStatus.HEALTHY;
        }
        return endpoint.has(HealthFlags.ACTIVE_HC_TIMEOUT)
                ? HealthStatus.TIMEOUT
                : HealthStatus.UNHEALTHY;
    }

    @Override
    public void close() {
        byName.values().forEach(this::end);
        byName = new LinkedHashMap<>();
    }
}
