package io.meltemi.pilot.translate.listener;

import io.envoyproxy.envoy.config.core.v3.TrafficDirection;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.FilterChainMatch;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.meltemi.base.net.HostPort;
import io.meltemi.pilot.translate.ClusterNames;
import io.meltemi.pilot.translate.Elsewhere;
import io.meltemi.pilot.translate.Protos;
import java.util.List;

/// The outbound side of a sidecar, and the ports of a gateway. Thread-safe: pure.
public final class OutboundListeners {
    /// Where the pod's rules redirect what the application sends.
    public static final int VIRTUAL_OUTBOUND_PORT = 15001;

    private static final String OUTBOUND = "outbound";

    private OutboundListeners() {}

    public static Listener translate(OutboundListenerInput input) {
        return switch (input) {
            case OutboundListenerInput.Virtual(Elsewhere policy, Observability o) ->
                    virtual(policy, o);
            case OutboundListenerInput.HttpPort(
                            ListenerPlace place,
                            String routes,
                            RequestSettings requests,
                            Observability o) ->
                    http(place, routes, requests, o);
            case OutboundListenerInput.MixedPort mixed -> mixed(mixed);
            case OutboundListenerInput.DetectedPort detected ->
                    DetectedListeners.translate(detected, at(detected.place()));
            case OutboundListenerInput.TcpAddress tcp -> tcp(tcp);
            case OutboundListenerInput.ForwardProxy(
                            HostPort at,
                            RequestSettings requests,
                            Observability o) ->
                    forwardProxy(at, requests, o);
            case OutboundListenerInput.GatewayPort gateway -> GatewayListeners.translate(gateway);
        };
    }

    /// Takes every redirected connection and gives it to the listener of its destination, if there
    /// is one.
    private static Listener virtual(Elsewhere elsewhere, Observability observability) {
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
        FilterChain rest =
                FilterChain.newBuilder()
                        .setName("virtualOutbound-catchall-tcp")
                        .addFilters(elsewhere(elsewhere, observability))
                        .build();
        return listener("virtualOutbound", "127.0.0.1", VIRTUAL_OUTBOUND_PORT)
                .setUseOriginalDst(Protos.TRUE)
                .addFilterChains(toItself)
                .addFilterChains(rest)
                .build();
    }

    private static Listener http(
            ListenerPlace place,
            String routes,
            RequestSettings requests,
            Observability observability) {
        return at(place)
                .addFilterChains(
                        FilterChain.newBuilder()
                                .addFilters(
                                        HttpConnections.outbound(
                                                "outbound_" + place.name(),
                                                routes,
                                                requests,
                                                observability)))
                .build();
    }

    private static Listener.Builder at(ListenerPlace place) {
        return switch (place) {
            case ListenerPlace.Captured(String address, int port) ->
                    listener(place.name(), address, port).setBindToPort(Protos.FALSE);
            case ListenerPlace.Bound(String address, int port) ->
                    listener(place.name(), address, port);
            case ListenerPlace.UnixSocket socket ->
                    Listener.newBuilder()
                            .setName(place.name())
                            .setAddress(Protos.pipe(socket.path()))
                            .setTrafficDirection(TrafficDirection.OUTBOUND);
        };
    }

    /// Connections that are nobody's.
    private static Filter elsewhere(Elsewhere elsewhere, Observability observability) {
        return TcpConnections.proxy(elsewhere.cluster(), observability, OUTBOUND);
    }

    /// Istio's name for it.
    static FilterChain rest(Elsewhere elsewhere, Observability observability) {
        return FilterChain.newBuilder()
                .setName("PassthroughFilterChain")
                .addFilters(elsewhere(elsewhere, observability))
                .build();
    }

    private static Listener mixed(OutboundListenerInput.MixedPort mixed) {
        Listener.Builder out =
                http(mixed.place(), mixed.routes(), mixed.requests(), mixed.observability())
                        .toBuilder();
        if (readsHandshakes(mixed.chains())) {
            out.addListenerFilters(ListenerFilters.tlsInspector())
                    .setDefaultFilterChain(rest(mixed.rest(), mixed.observability()))
                    .getFilterChainsBuilder(0)
                    .setFilterChainMatch(
                            FilterChainMatch.newBuilder().setTransportProtocol("raw_buffer"));
        }
        mixed.chains().forEach(chain -> out.addFilterChains(chain(chain, mixed.observability())));
        return out.build();
    }

    private static Listener tcp(OutboundListenerInput.TcpAddress tcp) {
        Listener.Builder out = at(tcp.place());
        if (readsHandshakes(tcp.chains())) {
            out.addListenerFilters(ListenerFilters.tlsInspector());
        }
        tcp.chains().forEach(chain -> out.addFilterChains(chain(chain, tcp.observability())));
        if (tcp.chains().stream().noneMatch(ConnectionChain::takesAll)) {
            out.setDefaultFilterChain(rest(tcp.rest(), tcp.observability()));
        }
        return out.build();
    }

    private static boolean readsHandshakes(List<ConnectionChain> chains) {
        return chains.stream().anyMatch(chain -> !chain.serverNames().isEmpty());
    }

    static FilterChain chain(ConnectionChain chain, Observability observability) {
        FilterChain.Builder filters =
                FilterChain.newBuilder()
                        .addFilters(TcpConnections.proxy(chain, observability, OUTBOUND));
        if (!chain.takesAll()) {
            filters.setFilterChainMatch(match(chain));
        }
        return filters.build();
    }

    private static FilterChainMatch match(ConnectionChain chain) {
        FilterChainMatch.Builder out =
                FilterChainMatch.newBuilder().addAllServerNames(chain.serverNames());
        chain.subnets().forEach(subnet -> out.addPrefixRanges(Protos.range(subnet)));
        return out.build();
    }

    private static Listener forwardProxy(
            HostPort at, RequestSettings requests, Observability observability) {
        return listener(OutboundListenerInput.FORWARD_PROXY, at.host(), at.port())
                .addFilterChains(
                        FilterChain.newBuilder()
                                .addFilters(
                                        HttpConnections.outbound(
                                                "outbound_http_proxy",
                                                OutboundListenerInput.FORWARD_PROXY,
                                                requests,
                                                observability)))
                .build();
    }

    private static Listener.Builder listener(String name, String host, int port) {
        return Listener.newBuilder()
                .setName(name)
                .setAddress(Protos.address(host, port))
                .setTrafficDirection(TrafficDirection.OUTBOUND);
    }
}
