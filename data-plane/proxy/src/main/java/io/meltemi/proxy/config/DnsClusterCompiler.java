package io.meltemi.proxy.config;

import com.google.protobuf.Duration;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import io.envoyproxy.envoy.extensions.clusters.common.dns.v3.DnsLookupFamily;
import io.envoyproxy.envoy.extensions.clusters.dns.v3.DnsCluster;
import io.meltemi.proxy.cluster.ClusterSettings.Discovery;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.check.SupportedFields;
import io.meltemi.proxy.dns.FailureBackoff;
import io.meltemi.proxy.dns.Resolver;
import io.meltemi.proxy.dns.ServerResolver;
import io.meltemi.proxy.dns.SystemResolver;
import io.meltemi.xds.message.Anys;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Compiles clusters whose endpoints are names: the types STRICT_DNS and LOGICAL_DNS, and
/// `envoy.clusters.dns`. Thread-safe: without state.
final class DnsClusterCompiler {
    private static final long DEFAULT_REFRESH_NANOS = 5_000_000_000L;

    /// Envoy: asking as often as this, or more often, is refused.
    private static final long LEAST_REFRESH_NANOS = 1_000_000L;

    private static final SupportedFields FIELDS =
            SupportedFields.builder()
                    .supports(
                            DnsCluster.getDescriptor(),
                            "dns_refresh_rate dns_failure_refresh_rate respect_dns_ttl dns_jitter"
                                    + " typed_dns_resolver_config dns_lookup_family"
                                    + " all_addresses_in_single_endpoint")
                    .supports(DnsCluster.RefreshRate.getDescriptor(), "base_interval max_interval")
                    .build();

    private DnsClusterCompiler() {}

    /// Whether a cluster is one of the extension.
    static boolean is(Cluster cluster) {
        return cluster.hasClusterType()
                && Anys.is(cluster.getClusterType().getTypedConfig(), DnsCluster.class);
    }

    /// @param standard the proxy's resolver, or null for the system's
    @SuppressWarnings("deprecation") // files in the wild still have the cluster's own fields
    static Discovery ofType(
            Cluster proto, boolean strict, @Nullable Resolver standard, ConfigPlace at) {
        Discovery.Refresh refresh =
                refresh(
                        proto.hasDnsRefreshRate() ? proto.getDnsRefreshRate() : null,
                        proto.getRespectDnsTtl(),
                        proto.getDnsJitter(),
                        proto.hasDnsFailureRefreshRate()
                                ? failure(proto.getDnsFailureRefreshRate())
                                : null,
                        at);
        Resolver own =
                proto.hasTypedDnsResolverConfig()
                        ? resolver(proto.getTypedDnsResolverConfig(), at)
                        : null;
        return new Discovery.Dns(
                names(proto, strict, at),
                strict,
                DiscoveryCompiler.family(proto.getDnsLookupFamily()),
                refresh,
                chosen(own, standard, refresh));
    }

    /// Envoy: the cluster's own fields of DNS count for nothing then.
    ///
    /// @param at the cluster's place
    static Discovery ofExtension(
            Cluster proto, DnsCluster config, @Nullable Resolver standard, ConfigPlace at) {
        ConfigPlace place = at.field("cluster_type").field("typed_config");
        FIELDS.check(config, place);
        Discovery.Refresh refresh =
                refresh(
                        config.hasDnsRefreshRate() ? config.getDnsRefreshRate() : null,
                        config.getRespectDnsTtl(),
                        config.getDnsJitter(),
                        config.hasDnsFailureRefreshRate()
                                ? failure(config.getDnsFailureRefreshRate())
                                : null,
                        place);
        Resolver own =
                config.hasTypedDnsResolverConfig()
                        ? resolver(config.getTypedDnsResolverConfig(), place)
                        : null;
        boolean strict = !config.getAllAddressesInSingleEndpoint();
        return new Discovery.Dns(
                names(proto, strict, at),
                strict,
                family(config.getDnsLookupFamily(), place),
                refresh,
                chosen(own, standard, refresh));
    }

    private static @Nullable Resolver resolver(TypedExtensionConfig config, ConfigPlace at) {
        return ResolverCompiler.compile(config, at.field("typed_dns_resolver_config"));
    }

    /// The system tells no TTL, so that somebody else is asked where it counts.
    private static Resolver chosen(
            @Nullable Resolver own, @Nullable Resolver standard, Discovery.Refresh refresh) {
        if (own != null) {
            return own;
        }
        if (standard != null && !(refresh.respectsTtl() && standard instanceof SystemResolver)) {
            return standard;
        }
        return refresh.respectsTtl()
                ? new ServerResolver(ServerResolver.Settings.DEFAULT)
                : new SystemResolver();
    }

    /// What both messages call `RefreshRate`. Immutable.
    private record Failure(@Nullable Duration base, @Nullable Duration most) {}

    private static Failure failure(Cluster.RefreshRate rate) {
        return new Failure(
                rate.hasBaseInterval() ? rate.getBaseInterval() : null,
                rate.hasMaxInterval() ? rate.getMaxInterval() : null);
    }

    private static Failure failure(DnsCluster.RefreshRate rate) {
        return new Failure(
                rate.hasBaseInterval() ? rate.getBaseInterval() : null,
                rate.hasMaxInterval() ? rate.getMaxInterval() : null);
    }

    private static Discovery.Refresh refresh(
            @Nullable Duration rate,
            boolean respectsTtl,
            Duration jitter,
            @Nullable Failure failure,
            ConfigPlace at) {
        long nanos =
                rate == null ? DEFAULT_REFRESH_NANOS : more(rate, at.field("dns_refresh_rate"));
        long jitterNanos = Durations.nanos(jitter);
        if (jitterNanos < 0) {
            at.field("dns_jitter").refuse("is negative");
        }
        return new Discovery.Refresh(
                nanos,
                respectsTtl,
                jitterNanos,
                new Discovery.OnFailure(
                        nanos,
                        failure == null
                                ? null
                                : backoff(failure, at.field("dns_failure_refresh_rate"))));
    }

    private static FailureBackoff backoff(Failure failure, ConfigPlace at) {
        if (failure.base() == null) {
            at.field("base_interval").refuse("must be set");
            return new FailureBackoff(DEFAULT_REFRESH_NANOS, DEFAULT_REFRESH_NANOS);
        }
        long base = more(failure.base(), at.field("base_interval"));
        long most =
                failure.most() == null
                        ? Math.multiplyExact(base, 10)
                        : more(failure.most(), at.field("max_interval"));
        if (most < base) {
            at.field("max_interval").refuse("is less than base_interval");
        }
        return new FailureBackoff(base, most);
    }

    private static long more(Duration duration, ConfigPlace at) {
        long nanos = Durations.nanos(duration);
        if (nanos <= LEAST_REFRESH_NANOS) {
            at.refuse(nanos + " ns is not more than " + LEAST_REFRESH_NANOS + " ns");
        }
        return Math.min(nanos, Long.MAX_VALUE / 10);
    }

    private static Discovery.Family family(DnsLookupFamily family, ConfigPlace at) {
        return switch (family) {
            case V4_ONLY -> Discovery.Family.V4_ONLY;
            case V6_ONLY -> Discovery.Family.V6_ONLY;
            case V4_PREFERRED -> Discovery.Family.V4_PREFERRED;
            case ALL -> Discovery.Family.ALL;
            case AUTO, UNSPECIFIED -> Discovery.Family.V6_PREFERRED;
            case UNRECOGNIZED -> {
                at.field("dns_lookup_family").refuse("is unknown");
                yield Discovery.Family.V6_PREFERRED;
            }
        };
    }

    private static List<Discovery.Name> names(Cluster proto, boolean strict, ConfigPlace at) {
        List<Discovery.Name> names = new ArrayList<>();
        ClusterLoadAssignment assignment = proto.getLoadAssignment();
        if (!strict
                && (assignment.getEndpointsCount() != 1
                        || assignment.getEndpoints(0).getLbEndpointsCount() != 1)) {
            at.field("load_assignment")
                    .refuse("a LOGICAL_DNS cluster has one endpoint in one locality");
        }
        for (int i = 0; i < assignment.getEndpointsCount(); i++) {
            LocalityLbEndpoints locality = assignment.getEndpoints(i);
            for (int j = 0; j < locality.getLbEndpointsCount(); j++) {
                LbEndpoint endpoint = locality.getLbEndpoints(j);
                SocketAddress address = endpoint.getEndpoint().getAddress().getSocketAddress();
                if (address.getAddress().isEmpty()) {
                    at.field("load_assignment")
                            .refuse("an endpoint of a DNS cluster has no socket_address");
                    continue;
                }
                names.add(
                        new Discovery.Name(
                                address.getAddress(),
                                address.getPortValue(),
                                locality.getLoadBalancingWeight().getValue(),
                                EndpointCompiler.template(
                                        locality,
                                        endpoint,
                                        at.field("load_assignment")
                                                .element("endpoints", i)
                                                .element("lb_endpoints", j))));
            }
        }
        return names;
    }
}
