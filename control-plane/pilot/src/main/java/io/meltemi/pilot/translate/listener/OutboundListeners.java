package io.meltemi.pilot.translate.listener;

import io.envoyproxy.envoy.config.core.v3.TrafficDirection;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.FilterChainMatch;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.meltemi.base.net.HostPort;
import io.meltemi.pilot.scope.OutboundPolicy;
import io.meltemi.pilot.translate.ClusterNames;
import io.meltemi.pilot.translate.ConfigMetadata;
import io.meltemi.pilot.translate.Protos;

/// The outbound side of a sidecar, and the ports of a gateway. Thread-safe: pure.
public final class OutboundListeners {
    /// Where the pod's rules redirect what the application sends.
    public static final int VIRTUAL_OUTBOUND_PORT = 15001;

    private static final String OUTBOUND = "outbound";

    private OutboundListeners() {}

    public static Listener translate(OutboundListenerInput input) {
        return switch (input) {
            case OutboundListenerInput.Virtual(OutboundPolicy policy, Observability o) ->
                    virtual(policy, o);
            case OutboundListenerInput.HttpPort(int port, Observability o) -> http(port, o);
            case OutboundListenerInput.TcpAddress tcp -> tcp(tcp);
            case OutboundListenerInput.ForwardProxy(HostPort at, Observability o) ->
                    forwardProxy(at, o);
            case OutboundListenerInput.GatewayPort gateway -> gateway(gateway);
        };
    }

    /// Takes every redirected connection and gives it to the listener of its destination, if there
    /// is one.
    private static Listener virtual(OutboundPolicy policy, Observability observability) {
        // A call to the port itself would be sent to itself for ever.
        FilterChain toItself =
                FilterChain.newBuilder()
                        .setName("virtualOutbound-blackhole")
                        .setFilterChainMatch(
                                FilterChainMatch.newBuilder()
                                        .setDestinationPort(Protos.uint32(VIRTUAL_OUTBOUND_PORT)))
                        .addFilters(
                                TcpConnections.proxy(
                                        ClusterNames.BLACK_HOLE, observability, OUTBOUND))
                        .build();
        String cluster =
                switch (policy) {
                    case ALLOW_ANY -> ClusterNames.PASSTHROUGH;
                    case REGISTRY_ONLY -> ClusterNames.BLACK_HOLE;
                };
        FilterChain rest =
                FilterChain.newBuilder()
                        .setName("virtualOutbound-catchall-tcp")
                        .addFilters(TcpConnections.proxy(cluster, observability, OUTBOUND))
                        .build();
        return listener("virtualOutbound", "127.0.0.1", VIRTUAL_OUTBOUND_PORT)
                .setUseOriginalDst(Protos.TRUE)
                .addFilterChains(toItself)
                .addFilterChains(rest)
                .build();
    }

    private static Listener http(int port, Observability observability) {
        return listener("0.0.0.0_" + port, "0.0.0.0", port)
                .setBindToPort(Protos.FALSE)
                .addFilterChains(
                        FilterChain.newBuilder()
                                .addFilters(
                                        HttpConnections.outbound(
                                                "outbound_0.0.0.0_" + port,
                                                Integer.toString(port),
                                                observability)))
                .build();
    }

    private static Listener tcp(OutboundListenerInput.TcpAddress tcp) {
        Listener.Builder out =
                listener(tcp.name(), tcp.address(), tcp.port()).setBindToPort(Protos.FALSE);
        if (tcp.chains().stream().anyMatch(chain -> !chain.serverNames().isEmpty())) {
            out.addListenerFilters(ListenerFilters.tlsInspector());
        }
        for (ConnectionChain chain : tcp.chains()) {
            FilterChain.Builder filters =
                    FilterChain.newBuilder()
                            .addFilters(TcpConnections.proxy(chain, tcp.observability(), OUTBOUND));
            FilterChainMatch match = match(chain);
            if (!match.equals(FilterChainMatch.getDefaultInstance())) {
                filters.setFilterChainMatch(match);
            }
            out.addFilterChains(filters);
        }
        return out.build();
    }

    private static FilterChainMatch match(ConnectionChain chain) {
        FilterChainMatch.Builder out =
                FilterChainMatch.newBuilder().addAllServerNames(chain.serverNames());
        chain.subnets().forEach(subnet -> out.addPrefixRanges(Protos.range(subnet)));
        return out.build();
    }

    private static Listener forwardProxy(HostPort at, Observability observability) {
        return listener(OutboundListenerInput.FORWARD_PROXY, at.host(), at.port())
                .addFilterChains(
                        FilterChain.newBuilder()
                                .addFilters(
                                        HttpConnections.outbound(
                                                "outbound_http_proxy",
                                                OutboundListenerInput.FORWARD_PROXY,
                                                observability)))
                .build();
    }

    private static Listener gateway(OutboundListenerInput.GatewayPort gateway) {
        return listener("0.0.0.0_" + gateway.port(), gateway.host(), gateway.port())
                .setMetadata(ConfigMetadata.of(gateway.gateway()))
                .addFilterChains(
                        FilterChain.newBuilder()
                                .addFilters(
                                        HttpConnections.gateway(
                                                "outbound_0.0.0.0_" + gateway.port(),
                                                "http." + gateway.port(),
                                                gateway.observability(),
                                                PolicyFilters.of(gateway.policies()))))
                .build();
    }

    private static Listener.Builder listener(String name, String host, int port) {
        return Listener.newBuilder()
                .setName(name)
                .setAddress(Protos.address(host, port))
                .setTrafficDirection(TrafficDirection.OUTBOUND);
    }
}
