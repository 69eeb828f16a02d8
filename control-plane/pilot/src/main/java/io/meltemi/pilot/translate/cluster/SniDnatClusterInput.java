package io.meltemi.pilot.translate.cluster;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;

/// All that shapes the cluster of callers in another network, whose TLS is passed on. Immutable;
/// the cache's key.
///
/// @param of the cluster that the gateway itself would call
public record SniDnatClusterInput(ClusterInput of) {
    /// The same instances under the name that callers say in their handshakes; the callers' own TLS
    /// goes through.
    public Cluster translate() {
        Cluster.Builder out =
                ClusterTranslation.translate(of).toBuilder()
                        .setName(of.sni())
                        .clearTransportSocket()
                        .clearTransportSocketMatches();
        if (out.hasEdsClusterConfig()) {
            out.getEdsClusterConfigBuilder().setServiceName(of.sni());
        }
        return out.build();
    }
}
