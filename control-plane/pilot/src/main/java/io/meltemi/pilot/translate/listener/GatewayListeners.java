package io.meltemi.pilot.translate.listener;

import io.envoyproxy.envoy.config.core.v3.TrafficDirection;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.FilterChainMatch;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.meltemi.pilot.translate.ConfigMetadata;
import io.meltemi.pilot.translate.Protos;
import io.meltemi.pilot.translate.listener.GatewayChain.Content;
import io.meltemi.pilot.translate.listener.OutboundListenerInput.GatewayPort;
import io.meltemi.pilot.translate.security.ServerTlsContexts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// The ports of a gateway. Thread-safe: pure.
final class GatewayListeners {
    /// Istio: after this a client that does not finish its handshake is given up.
    private static final Duration HANDSHAKE = Duration.ofSeconds(15);

    private GatewayListeners() {}

    static Listener translate(GatewayPort port) {
        Listener.Builder out =
                Listener.newBuilder()
                        .setName(port.name())
                        .setAddress(Protos.address(port.host(), port.port()))
                        .setTrafficDirection(TrafficDirection.OUTBOUND)
                        .setMetadata(ConfigMetadata.of(port.gateway()));
        if (port.chains().stream().anyMatch(GatewayListeners::readsHandshake)) {
            out.addListenerFilters(ListenerFilters.tlsInspector());
        }
        port.chains().forEach(chain -> out.addFilterChains(chain(chain, port)));
        return out.build();
    }

    private static boolean readsHandshake(GatewayChain chain) {
        return !chain.serverNames().isEmpty() || chain.tls().isPresent();
    }

    private static FilterChain chain(GatewayChain chain, GatewayPort port) {
        FilterChain.Builder out = FilterChain.newBuilder().addAllFilters(filters(chain, port));
        FilterChainMatch.Builder match =
                FilterChainMatch.newBuilder()
                        .addAllApplicationProtocols(chain.applicationProtocols());
        if (!chain.serverNames().contains("*")) {
            match.addAllServerNames(chain.serverNames());
        }
        if (!match.build().equals(FilterChainMatch.getDefaultInstance())) {
            out.setFilterChainMatch(match);
        }
        chain.tls()
                .ifPresent(tls -> {
                    boolean http = chain.content() instanceof Content.Http;
                    out.setTransportSocket(
                                    http
                                            ? ServerTlsContexts.ofHttp(tls, port.roots())
                                            : ServerTlsContexts.ofConnections(tls, port.roots()))
                            .setTransportSocketConnectTimeout(Protos.duration(HANDSHAKE));
                });
        return out.build();
    }

    private static List<Filter> filters(GatewayChain chain, GatewayPort port) {
        return switch (chain.content()) {
            case Content.Http(String routes, String statPrefix) ->
                    List.of(
                            HttpConnections.gateway(
                                    statPrefix,
                                    routes,
                                    port.requests(),
                                    port.observability(),
                                    PolicyFilters.ofGateway(port.policies())));
            case Content.Connections(ConnectionChain connections) -> {
                List<Filter> filters = new ArrayList<>();
                // Istio: what is passed on between networks is judged where it arrives.
                if (chain.applicationProtocols().isEmpty()) {
                    filters.addAll(PolicyFilters.ofConnections(port.policies()));
                }
                filters.add(TcpConnections.proxy(connections, port.observability(), "outbound"));
                yield filters;
            }
        };
    }
}
