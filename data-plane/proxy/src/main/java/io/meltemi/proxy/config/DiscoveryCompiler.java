package io.meltemi.proxy.config;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.extensions.clusters.aggregate.v3.ClusterConfig;
import io.envoyproxy.envoy.extensions.clusters.dns.v3.DnsCluster;
import io.meltemi.proxy.cluster.ClusterSettings.Discovery;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.dns.Resolver;
import io.meltemi.xds.message.Anys;
import org.jspecify.annotations.Nullable;

/// Compiles where a cluster's endpoints come from: `type`, or `cluster_type`. Thread-safe: without
/// state.
final class DiscoveryCompiler {
    private static final Class<
                    io.envoyproxy.envoy.extensions.clusters.dynamic_forward_proxy.v3.ClusterConfig>
            DYNAMIC =
                    io.envoyproxy.envoy.extensions.clusters.dynamic_forward_proxy.v3.ClusterConfig
                            .class;

    private DiscoveryCompiler() {}

    /// @param secure whether endpoints without metadata are spoken to by TLS
    /// @param resolver the proxy's for names, or null for the system's
    static Discovery compile(
            Cluster proto, boolean secure, @Nullable Resolver resolver, ConfigPlace at) {
        if (proto.hasClusterType()) {
            return custom(proto, secure, resolver, at);
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
            case STRICT_DNS -> DnsClusterCompiler.ofType(proto, true, resolver, at);
            case LOGICAL_DNS -> DnsClusterCompiler.ofType(proto, false, resolver, at);
            case UNRECOGNIZED -> {
                at.field("type").refuse("is unknown");
                yield new Discovery.Static();
            }
        };
    }

    /// Envoy: the type of the configuration decides, whatever the name says.
    private static Discovery custom(
            Cluster proto, boolean secure, @Nullable Resolver resolver, ConfigPlace cluster) {
        Any typed = proto.getClusterType().getTypedConfig();
        ConfigPlace at = cluster.field("cluster_type");
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
            if (Anys.is(typed, DnsCluster.class)) {
                return DnsClusterCompiler.ofExtension(
                        proto, Anys.unpack(typed, DnsCluster.class), resolver, cluster);
            }
            at.refuse("'" + proto.getClusterType().getName() + "' is not supported");
        } catch (InvalidProtocolBufferException e) {
            place.refuse("cannot be read: " + e.getMessage());
        }
        return new Discovery.Static();
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
