package io.meltemi.pilot.translate.cluster;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.CommonLbConfig;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.DiscoveryType;
import io.envoyproxy.envoy.type.v3.Percent;
import io.meltemi.pilot.translate.ConfigMetadata;
import io.meltemi.pilot.translate.endpoint.EndpointInput;
import java.util.OptionalInt;

/// One port of a service, or a subset of it, as a cluster. Thread-safe: pure.
public final class ClusterTranslation {
    /// Endpoint metadata by which a transport socket is chosen.
    public static final String TLS_MODE = "tlsMode";

    private ClusterTranslation() {}

    public static Cluster translate(ClusterInput input) {
        Cluster.Builder cluster =
                Cluster.newBuilder()
                        .setName(input.name())
                        .setAltStatName(input.statName())
                        .setMetadata(
                                ConfigMetadata.of(
                                        input.service(), input.rule(), input.subsetName()));
        discovery(cluster, input);
        TrafficPolicyTranslation.apply(cluster, input.policy(), input.port().protocol());
        UpstreamTls.apply(cluster, input);
        input.policy().proxyProtocol().ifPresent(v -> UpstreamProxyHeaders.apply(cluster, v));
        return cluster.build();
    }

    private static void discovery(Cluster.Builder cluster, ClusterInput input) {
        if (input.policy().isPassthrough()) {
            Discoveries.calledAddress(cluster, OptionalInt.empty());
            return;
        }
        switch (input.discovery()) {
            case Discovery.CalledAddress(OptionalInt port) ->
                    Discoveries.calledAddress(cluster, port);
            case Discovery.Sent() -> {
                Discoveries.sent(cluster, input.name());
                balanced(cluster, input);
            }
            case Discovery.AllOfDns(EndpointInput names) -> {
                Discoveries.dns(cluster, DiscoveryType.STRICT_DNS, names);
                balanced(cluster, input);
            }
            case Discovery.FirstOfDns(EndpointInput name) -> {
                Discoveries.dns(cluster, DiscoveryType.LOGICAL_DNS, name);
                balanced(cluster, input);
            }
        }
    }

    private static void balanced(Cluster.Builder cluster, ClusterInput input) {
        // Unhealthy endpoints are sent as such: without this, panic mode would call them.
        CommonLbConfig.Builder common =
                CommonLbConfig.newBuilder()
                        .setHealthyPanicThreshold(
                                Percent.newBuilder().setValue(input.policy().minHealthPercent()));
        if (input.policy().weighsLocalities()) {
            common.setLocalityWeightedLbConfig(
                    CommonLbConfig.LocalityWeightedLbConfig.getDefaultInstance());
        }
        cluster.setCommonLbConfig(common);
        LbTranslation.apply(cluster, input.policy().loadBalancer());
    }
}
