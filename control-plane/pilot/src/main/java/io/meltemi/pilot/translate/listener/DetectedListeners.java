package io.meltemi.pilot.translate.listener;

import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.FilterChainMatch;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.meltemi.pilot.translate.Protos;
import io.meltemi.pilot.translate.listener.OutboundListenerInput.DetectedPort;
import java.util.List;

/// Where applications call what does not say what it speaks. Thread-safe: pure.
///
/// Istio: requests are taken by what their first bytes show, and everything else goes on as it
/// comes. Envoy looks no further once a chain fits by address and by transport, so whatever has a
/// request's neighbour is written beside it: the chain for all the rest is the default one, and one
/// for a block of addresses is there for plain text once more.
final class DetectedListeners {
    /// What the inspector says of requests in plain text.
    static final List<String> REQUESTS = List.of("http/1.0", "http/1.1", "h2c");

    static final String PLAIN_TEXT = "raw_buffer";

    private DetectedListeners() {}

    /// @param out where it listens
    static Listener translate(DetectedPort port, Listener.Builder out) {
        out.addListenerFilters(ListenerFilters.tlsInspector())
                .addListenerFilters(ListenerFilters.httpInspector());
        ListenerFilters.wait(out, port.detection());
        port.requestsTo().forEach(subnets -> out.addFilterChains(requests(port, subnets)));
        for (ConnectionChain chain : port.chains()) {
            if (chain.takesAll()) {
                continue;
            }
            FilterChain written = OutboundListeners.chain(chain, port.observability());
            out.addFilterChains(written);
            if (chain.serverNames().isEmpty() && port.requestsTo().contains(chain.subnets())) {
                FilterChain.Builder again = written.toBuilder();
                again.getFilterChainMatchBuilder().setTransportProtocol(PLAIN_TEXT);
                out.addFilterChains(again);
            }
        }
        out.setDefaultFilterChain(
                port.chains().stream()
                        .filter(ConnectionChain::takesAll)
                        .findFirst()
                        .map(chain -> OutboundListeners.chain(chain, port.observability()))
                        .orElseGet(
                                () -> OutboundListeners.rest(port.rest(), port.observability())));
        return out.build();
    }

    private static FilterChain requests(DetectedPort port, List<String> subnets) {
        FilterChainMatch.Builder match =
                FilterChainMatch.newBuilder()
                        .setTransportProtocol(PLAIN_TEXT)
                        .addAllApplicationProtocols(REQUESTS);
        subnets.forEach(subnet -> match.addPrefixRanges(Protos.range(subnet)));
        return FilterChain.newBuilder()
                .setFilterChainMatch(match)
                .addFilters(
                        HttpConnections.outbound(
                                "outbound_" + port.place().name(),
                                port.routes(),
                                port.requests(),
                                port.observability()))
                .build();
    }
}
