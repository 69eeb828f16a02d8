package io.meltemi.pilot.translate.cluster;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.ProxyProtocolConfig;
import io.envoyproxy.envoy.config.core.v3.TransportSocket;
import io.envoyproxy.envoy.extensions.transport_sockets.proxy_protocol.v3.ProxyProtocolUpstreamTransport;
import io.meltemi.model.config.TrafficPolicy.ProxyProtocol;
import io.meltemi.pilot.translate.Protos;

/// Headers of the PROXY protocol before whatever connections of a cluster carry. Thread-safe: pure.
final class UpstreamProxyHeaders {
    private UpstreamProxyHeaders() {}

    static void apply(Cluster.Builder cluster, ProxyProtocol version) {
        cluster.getTransportSocketMatchesBuilderList()
                .forEach(match ->
                        match.setTransportSocket(behind(match.getTransportSocket(), version)));
        if (cluster.hasTransportSocket()) {
            cluster.setTransportSocket(behind(cluster.getTransportSocket(), version));
        } else if (cluster.getTransportSocketMatchesCount() == 0) {
            cluster.setTransportSocket(behind(UpstreamTls.plain(), version));
        }
    }

    private static TransportSocket behind(TransportSocket socket, ProxyProtocol version) {
        ProxyProtocolUpstreamTransport headers =
                ProxyProtocolUpstreamTransport.newBuilder()
                        .setConfig(
                                ProxyProtocolConfig.newBuilder()
                                        .setVersion(
                                                switch (version) {
                                                    case V1 -> ProxyProtocolConfig.Version.V1;
                                                    case V2 -> ProxyProtocolConfig.Version.V2;
                                                }))
                        .setTransportSocket(socket)
                        .build();
        return TransportSocket.newBuilder()
                .setName("envoy.transport_sockets.upstream_proxy_protocol")
                .setTypedConfig(Protos.any(headers))
                .build();
    }
}
