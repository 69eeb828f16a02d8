package io.meltemi.pilot.translate.cluster;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.DiscoveryType;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.DnsLookupFamily;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.EdsClusterConfig;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.LbPolicy;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.OriginalDstLbConfig;
import io.meltemi.pilot.translate.Protos;
import io.meltemi.pilot.translate.endpoint.EndpointInput;
import io.meltemi.pilot.translate.endpoint.EndpointTranslation;
import java.util.OptionalInt;

/// The ways in which clusters find their endpoints. Thread-safe: pure.
public final class Discoveries {
    private Discoveries() {}

    /// The endpoints are sent beside it (EDS).
    public static void sent(Cluster.Builder cluster, String name) {
        cluster.setType(DiscoveryType.EDS)
                .setEdsClusterConfig(
                        EdsClusterConfig.newBuilder()
                                .setEdsConfig(Protos.ads())
                                .setServiceName(name));
    }

    static void calledAddress(Cluster.Builder cluster, OptionalInt port) {
        cluster.setType(DiscoveryType.ORIGINAL_DST).setLbPolicy(LbPolicy.CLUSTER_PROVIDED);
        port.ifPresent(number ->
                cluster.setOriginalDstLbConfig(
                        OriginalDstLbConfig.newBuilder()
                                .setUpstreamPortOverride(Protos.uint32(number))));
    }

    /// Names are looked up again after the proxy's own time (Envoy: 5 s): the fields for another
    /// are deprecated.
    public static void dns(Cluster.Builder cluster, DiscoveryType type, EndpointInput names) {
        cluster.setType(type)
                .setDnsLookupFamily(DnsLookupFamily.V4_ONLY)
                .setLoadAssignment(EndpointTranslation.translate(names));
    }
}
