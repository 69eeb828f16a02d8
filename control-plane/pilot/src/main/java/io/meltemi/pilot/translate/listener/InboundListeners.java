package io.meltemi.pilot.translate.listener;

import io.envoyproxy.envoy.config.core.v3.TrafficDirection;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.FilterChainMatch;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.meltemi.model.config.PeerAuthentication.Mode;
import io.meltemi.model.config.ServerTls;
import io.meltemi.model.service.Protocol;
import io.meltemi.pilot.scope.InboundPort;
import io.meltemi.pilot.translate.ClusterNames;
import io.meltemi.pilot.translate.Protos;
import io.meltemi.pilot.translate.security.ServerTlsContexts;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/// The inbound side of a sidecar: chains per port, by what its peer authentication allows.
/// Thread-safe: pure.
public final class InboundListeners {
    /// Where the pod's rules redirect what comes from outside.
    public static final int VIRTUAL_INBOUND_PORT = 15006;

    public static final String NAME = "virtualInbound";

    private InboundListeners() {}

    public static Listener translate(InboundListenerInput input) {
        return switch (input.place()) {
            case InboundListenerInput.Place.Virtual _ -> ofPod(input);
            case InboundListenerInput.Place.Bound bound -> bound(input, bound);
        };
    }

    private static Listener ofPod(InboundListenerInput input) {
        List<FilterChain> chains = new ArrayList<>();
        chains.add(toItself(input.observability()));
        Set<Integer> served = new TreeSet<>();
        for (InboundPort port : input.ports()) {
            served.add(port.number());
            chains.addAll(serviceChains(input, port, Optional.of(port.number())));
        }
        input.portModes().keySet().stream()
                .filter(port -> !served.contains(port))
                .forEach(port -> chains.addAll(otherChains(input, Optional.of(port))));
        chains.addAll(otherChains(input, Optional.empty()));
        Listener.Builder listener =
                listener(input, NAME, "0.0.0.0", VIRTUAL_INBOUND_PORT)
                        .addListenerFilters(ListenerFilters.originalDestination())
                        .addListenerFilters(ListenerFilters.tlsInspector());
        List<Integer> undeclared = undeclared(input).map(InboundPort::number).toList();
        if (!undeclared.isEmpty()) {
            listener.addListenerFilters(ListenerFilters.httpInspector(undeclared));
        }
        return listener.addAllFilterChains(chains).build();
    }

    private static Listener bound(
            InboundListenerInput input, InboundListenerInput.Place.Bound bound) {
        Listener.Builder listener =
                listener(input, bound.name(), bound.host(), bound.port())
                        .addListenerFilters(ListenerFilters.tlsInspector());
        if (undeclared(input).findAny().isPresent()) {
            listener.addListenerFilters(ListenerFilters.httpInspector());
        }
        input.ports()
                .forEach(port ->
                        listener.addAllFilterChains(serviceChains(input, port, Optional.empty())));
        return listener.build();
    }

    private static Stream<InboundPort> undeclared(InboundListenerInput input) {
        return input.ports().stream().filter(p -> p.port().protocol() == Protocol.AUTO);
    }

    private static Listener.Builder listener(
            InboundListenerInput input, String name, String host, int port) {
        Listener.Builder out =
                Listener.newBuilder()
                        .setName(name)
                        .setAddress(Protos.address(host, port))
                        .setTrafficDirection(TrafficDirection.INBOUND);
        ListenerFilters.wait(out, input.detection());
        return out;
    }

    /// A call to the port itself would be sent to itself for ever.
    private static FilterChain toItself(Observability observability) {
        return FilterChain.newBuilder()
                .setName("virtualInbound-blackhole")
                .setFilterChainMatch(
                        FilterChainMatch.newBuilder()
                                .setDestinationPort(Protos.uint32(VIRTUAL_INBOUND_PORT)))
                .addFilters(TcpConnections.proxy(ClusterNames.BLACK_HOLE, observability, "inbound"))
                .build();
    }

    /// The chains of a port that belongs to a service.
    private static List<FilterChain> serviceChains(
            InboundListenerInput input, InboundPort port, Optional<Integer> match) {
        Protocol protocol = port.port().protocol();
        Mode mode = input.mode(port.number());
        Optional<ServerTls> ended = port.endedTls(mode);
        if (ended.isPresent()) {
            PeerMatch peer = PeerMatch.otherTls(protocol);
            FilterChain.Builder chain = peer.chain(match, input.trustDomains());
            chain.setTransportSocket(
                    protocol.isHttp()
                            ? ServerTlsContexts.ofHttp(ended.get(), input.trustDomains().roots())
                            : ServerTlsContexts.ofConnections(
                                    ended.get(), input.trustDomains().roots()));
            return List.of(filtered(chain, input, port, peer));
        }
        return PeerMatch.of(mode, protocol).stream()
                .map(peer -> filtered(peer.chain(match, input.trustDomains()), input, port, peer))
                .toList();
    }

    private static FilterChain filtered(
            FilterChain.Builder chain,
            InboundListenerInput input,
            InboundPort port,
            PeerMatch peer) {
        chain.setName(port.name());
        return (peer.protocol().isHttp()
                        ? chain.addFilters(InboundHttp.filter(input, port, peer.mutualTls()))
                        : chain.addAllFilters(
                                InboundTcp.filters(input, ClusterNames.inbound(port.number()))))
                .build();
    }

    /// The chains of ports that no service knows.
    private static List<FilterChain> otherChains(
            InboundListenerInput input, Optional<Integer> match) {
        Mode mode = match.map(input::mode).orElse(input.mode());
        return PeerMatch.of(mode, Protocol.TCP).stream()
                .map(peer ->
                        peer.chain(match, input.trustDomains())
                                .setName(NAME)
                                .addAllFilters(
                                        InboundTcp.filters(input, ClusterNames.INBOUND_PASSTHROUGH))
                                .build())
                .toList();
    }
}
