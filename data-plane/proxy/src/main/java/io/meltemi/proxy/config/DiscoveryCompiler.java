package io.meltemi.proxy.config;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import io.envoyproxy.envoy.extensions.clusters.aggregate.v3.ClusterConfig;
import io.meltemi.proxy.cluster.ClusterSettings.Discovery;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.xds.message.Anys;
import java.util.ArrayList;
import java.util.List;

/// Compiles where a cluster's endpoints come from: `type`, or `cluster_type`. Thread-safe: without
/// state.
final class DiscoveryCompiler {
    private static final long DEFAULT_DNS_REFRESH_NANOS = 5_000_000_000L;

    /// Envoy: asking as often as this, or more often, is refused.
    private static final long LEAST_REFRESH_NANOS = 1_000_000L;

    private static final Class<
                    io.envoyproxy.envoy.extensions.clusters.dynamic_forward_proxy.v3.ClusterConfig>
            DYNAMIC =
                    io.envoyproxy.envoy.extensions.clusters.dynamic_forward_proxy.v3.ClusterConfig
                            .class;

    private DiscoveryCompiler() {}

    /// @param secure whether endpoints without metadata are spoken to by TLS
    static Discovery compile(Cluster proto, boolean secure, ConfigPlace at) {
        if (proto.hasClusterType()) {
            return custom(proto, secure, at.field("cluster_type"));
        }
        return switch (proto.getType()) {
            case STATIC -> new Discovery.Static();
            case EDS -> {
                String service = proto.getEdsClusterConfig().getServiceName();
                yield new Discovery.Eds(service.isEmpty() ? proto.getName() : service);
            }
            case ORIGINAL_DST -> {
                var config = proto.getOriginalDstLbConfig();
                String header =
                        config.getHttpHeaderName().isEmpty()
                                ? "x-envoy-original-dst-host"
                                : config.getHttpHeaderName();
                int port = config.getUpstreamPortOverride().getValue();
                if (port < 0 || port > 65535) {
                    at.field("original_dst_lb_config")
                            .field("upstream_port_override")
                            .refuse(Integer.toUnsignedString(port) + " is above 65535");
                }
                yield new Discovery.OriginalDestination(
                        config.getUseHttpHeader() ? header : null, port);
            }
            case STRICT_DNS -> dns(proto, true, at);
            case LOGICAL_DNS -> dns(proto, false, at);
            case UNRECOGNIZED -> {
                at.field("type").refuse("is unknown");
                yield new Discovery.Static();
            }
        };
    }

    /// Envoy: the type of the configuration decides, whatever the name says.
    private static Discovery custom(Cluster proto, boolean secure, ConfigPlace at) {
        Any typed = proto.getClusterType().getTypedConfig();
        ConfigPlace place = at.field("typed_config");
        try {
            if (Anys.is(typed, ClusterConfig.class)) {
                ClusterConfig config = Anys.unpack(typed, ClusterConfig.class);
                ProxyFields.all().check(config, place);
                if (config.getClustersCount() == 0) {
                    place.field("clusters").refuse("is empty");
                }
                return new Discovery.Aggregate(config.getClustersList());
            }
            if (Anys.is(typed, DYNAMIC)) {
                return DynamicForwardClusterCompiler.compile(
                        proto, Anys.unpack(typed, DYNAMIC), secure, place);
            }
            at.refuse("'" + proto.getClusterType().getName() + "' is not supported");
        } catch (InvalidProtocolBufferException e) {
            place.refuse("cannot be read: " + e.getMessage());
        }
        return new Discovery.Static();
    }

    @SuppressWarnings("deprecation") // files in the wild still have the cluster's own field
    private static Discovery dns(Cluster proto, boolean strict, ConfigPlace at) {
        List<Discovery.Name> names = new ArrayList<>();
        if (proto.getRespectDnsTtl()) {
            at.field("respect_dns_ttl")
                    .refuse("is not supported: the system's resolver tells no TTL");
        }
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
                var address = endpoint.getEndpoint().getAddress().getSocketAddress();
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
        return new Discovery.Dns(
                names,
                strict,
                family(proto.getDnsLookupFamily()),
                proto.hasDnsRefreshRate()
                        ? refresh(proto.getDnsRefreshRate(), at.field("dns_refresh_rate"))
                        : DEFAULT_DNS_REFRESH_NANOS);
    }

    private static long refresh(Duration duration, ConfigPlace at) {
        long nanos = Durations.nanos(duration);
        if (nanos <= LEAST_REFRESH_NANOS) {
            at.refuse(nanos + " ns is not more than " + LEAST_REFRESH_NANOS + " ns");
        }
        return nanos;
    }

    static Discovery.Family family(Cluster.DnsLookupFamily family) {
        return switch (family) {
            case V4_ONLY -> Discovery.Family.V4_ONLY;
            case V6_ONLY -> Discovery.Family.V6_ONLY;
            case V4_PREFERRED -> Discovery.Family.V4_PREFERRED;
            case ALL -> Discovery.Family.ALL;
            case AUTO, UNRECOGNIZED -> Discovery.Family.V6_PREFERRED;
        };
    }
}
