package io.meltemi.proxy.config;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.BindConfig;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.config.core.v3.RoutingPriority;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.meltemi.proxy.cluster.ActiveChecks;
import io.meltemi.proxy.cluster.ClusterSettings;
import io.meltemi.proxy.cluster.ClusterSettings.Discovery;
import io.meltemi.proxy.cluster.ClusterSettings.UpstreamHttp;
import io.meltemi.proxy.cluster.Endpoint;
import io.meltemi.proxy.cluster.KnownEndpoints;
import io.meltemi.proxy.cluster.UpstreamFilter;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.dns.DnsCaches;
import io.meltemi.proxy.dns.Resolver;
import io.meltemi.proxy.filter.FilterStats;
import io.meltemi.proxy.filter.network.NetworkFilters;
import io.meltemi.proxy.health.HealthCheckSettings;
import io.meltemi.proxy.observe.accesslog.EventLogs;
import io.meltemi.proxy.tls.TlsContexts;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Compiles clusters. Thread-safe.
public final class ClusterCompiler {
    private static final int MOST_PRECONNECT = 3;
    private static final long DEFAULT_CONNECT_NANOS = 5_000_000_000L;

    private final TlsContexts tls;
    private final UpstreamSocketsCompiler sockets;
    private final LbCompiler lb;
    private final HealthCheckCompiler healthChecks;
    private final DnsCaches dnsCaches;
    private final @Nullable Resolver resolver;
    private final Node node;
    private final FilterStats filterStats;

    /// What was made last: control planes say the same of every cluster.
    private volatile @Nullable KnownFilter lastFilter;

    private record KnownFilter(Any config, UpstreamFilter filter) {}

    /// @param events where health checks may write to
    /// @param defaultBind `cluster_manager.upstream_bind_config`
    /// @param dnsCaches which clusters share with filters
    /// @param resolver for names of clusters without one of their own, or null for the system's
    /// @param own where this proxy is; null without `local_cluster_name`
    /// @param node this proxy, as its bootstrap names it
    /// @param filterStats counters of filters, with whole names
    public ClusterCompiler(
            TlsContexts tls,
            EventLogs events,
            BindConfig defaultBind,
            DnsCaches dnsCaches,
            @Nullable Resolver resolver,
            Endpoint.@Nullable Locality own,
            Node node,
            FilterStats filterStats) {
        this.tls = tls;
        this.dnsCaches = dnsCaches;
        this.resolver = resolver;
        this.healthChecks = new HealthCheckCompiler(events);
        this.sockets = new UpstreamSocketsCompiler(defaultBind);
        this.lb = new LbCompiler(own);
        this.node = node;
        this.filterStats = filterStats;
    }

    /// Whether a tunnel through a cluster's hosts would be one of HTTP/1.
    public static boolean speaksHttp1(Cluster proto) {
        return switch (UpstreamHttpCompiler.compile(proto, ConfigPlace.root("")).protocol()) {
            case HTTP1, DOWNSTREAM -> true;
            case HTTP2, AUTO -> false;
        };
    }

    /// Everything a cluster is made of; empty after refusing something.
    public Optional<CompiledCluster> compile(Cluster proto, ConfigPlace at) {
        ProxyFields.all().check(proto, at);
        if (proto.getName().isEmpty()) {
            at.field("name").refuse("is empty");
        }
        TransportSockets transports = TransportSockets.compile(proto, tls, at);
        Discovery discovery =
                DiscoveryCompiler.compile(
                        proto, transports.isSecureWithoutMetadata(), resolver, at);
        if (at.isClean() && discovery instanceof Discovery.DynamicForward(var cache, _)) {
            var _ = dnsCaches.get(cache, at.field("cluster_type"));
        }
        UpstreamHttp http = UpstreamHttpCompiler.compile(proto, at);
        if (http.protocol() == UpstreamHttp.Protocol.AUTO && !transports.areAllSecure()) {
            at.field("transport_socket")
                    .refuse("has to be TLS for auto_config, which asks by ALPN");
        }
        ClusterSettings settings =
                new ClusterSettings(
                        proto.getName(),
                        statName(proto),
                        discovery,
                        lb.compile(proto, at),
                        proto.hasConnectTimeout()
                                ? Durations.nanos(proto.getConnectTimeout())
                                : DEFAULT_CONNECT_NANOS,
                        CircuitBreakersCompiler.limits(proto, RoutingPriority.DEFAULT, at),
                        CircuitBreakersCompiler.limits(proto, RoutingPriority.HIGH, at),
                        OutlierCompiler.compile(proto, at.field("outlier_detection")),
                        http,
                        sockets.bindAddress(proto, at),
                        sockets.settings(proto, at),
                        proto.hasMetadata() ? proto.getMetadata() : null,
                        checks(proto),
                        proto.getCloseConnectionsOnHostHealthFailure(),
                        filters(proto, at),
                        preconnectRatio(proto, at));
        EndpointCompiler.policy(
                proto.getLoadAssignment().getPolicy(), at.field("load_assignment").field("policy"));
        HealthCheckSettings healthCheck = healthChecks.compile(proto, http, transports, at);
        if (!at.isClean()) {
            return Optional.empty();
        }
        return Optional.of(new CompiledCluster(proto, settings, transports, healthCheck));
    }

    private @Nullable UpstreamFilter filter(Any config, ConfigPlace at) {
        KnownFilter last = lastFilter;
        if (last != null && last.config().equals(config)) {
            return last.filter();
        }
        UpstreamFilter made = NetworkFilters.upstream(config, at, node, filterStats);
        if (made != null && at.isClean()) {
            lastFilter = new KnownFilter(config, made);
        }
        return made;
    }

    private List<UpstreamFilter> filters(Cluster proto, ConfigPlace at) {
        List<UpstreamFilter> filters = new ArrayList<>();
        for (int i = 0; i < proto.getFiltersCount(); i++) {
            UpstreamFilter filter =
                    filter(
                            proto.getFilters(i).getTypedConfig(),
                            at.element("filters", i).field("typed_config"));
            if (filter != null) {
                filters.add(filter);
            }
        }
        return filters;
    }

    private static double preconnectRatio(Cluster proto, ConfigPlace at) {
        if (!proto.getPreconnectPolicy().hasPerUpstreamPreconnectRatio()) {
            return 1;
        }
        double ratio = proto.getPreconnectPolicy().getPerUpstreamPreconnectRatio().getValue();
        if (!(ratio >= 1 && ratio <= MOST_PRECONNECT)) {
            at.field("preconnect_policy")
                    .field("per_upstream_preconnect_ratio")
                    .refuse(ratio + " is not between 1 and " + MOST_PRECONNECT);
        }
        return ratio;
    }

    private static @Nullable ActiveChecks checks(Cluster proto) {
        return proto.getHealthChecksCount() == 0
                ? null
                : new ActiveChecks(
                        proto.getCommonLbConfig().getIgnoreNewHostsUntilFirstHc(),
                        !proto.getIgnoreHealthOnHostRemoval());
    }

    static String statName(Cluster proto) {
        return proto.getAltStatName().isEmpty() ? proto.getName() : proto.getAltStatName();
    }

    /// A cluster whose configuration is fine. Immutable.
    ///
    /// @param proto what it was made of: equal protos make equal clusters
    /// @param healthCheck how its endpoints are checked; null: they are not
    public record CompiledCluster(
            Cluster proto,
            ClusterSettings settings,
            TransportSockets transports,
            @Nullable HealthCheckSettings healthCheck) {
        /// The endpoints of an assignment; those known already stay the same objects and get what
        /// is said of them now.
        public io.meltemi.proxy.cluster.EndpointSet endpoints(
                ClusterLoadAssignment assignment, KnownEndpoints known, ConfigPlace at) {
            return EndpointCompiler.compile(assignment, transports, known, at);
        }

        /// The secrets its transports need.
        public List<String> secretNames() {
            return transports.secretNames();
        }

        /// What the cluster's own assignment says of the use of its endpoints.
        public io.meltemi.proxy.cluster.EndpointSet.Policy policy() {
            return EndpointCompiler.policy(
                    proto.getLoadAssignment().getPolicy(), ConfigPlace.root(""));
        }

        /// One endpoint made while traffic flows (original destination, DNS).
        public Endpoint endpoint(Endpoint.Definition definition, KnownEndpoints known) {
            return EndpointCompiler.of(definition, transports, known);
        }
    }
}
