package io.meltemi.pilot.push;

import io.meltemi.model.config.TcpRoute;
import io.meltemi.model.config.TlsRoute;
import io.meltemi.model.config.TlsRoute.TlsMatch;
import io.meltemi.model.config.VirtualService;
import io.meltemi.pilot.push.BoundServices.Bound;
import io.meltemi.pilot.push.GatewayServers.Placed;
import io.meltemi.pilot.translate.listener.ConnectionChain;
import io.meltemi.pilot.translate.listener.GatewayChain;
import io.meltemi.pilot.translate.listener.GatewayChain.Content;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Where connections go that a gateway does not look into. Immutable.
///
/// Istio: of a `tcp` or `tls` match only port and gateway count here. The first TCP route takes all
/// connections of its server; TLS routes are told apart by server name, the first of each name
/// counts.
final class GatewayConnections {
    private final SniDnat sniDnat;
    private final BoundServices services;
    private final ConnectionSettings settings;

    GatewayConnections(SniDnat sniDnat, BoundServices services, ConnectionSettings settings) {
        this.sniDnat = sniDnat;
        this.services = services;
        this.settings = settings;
    }

    /// None where no route leads anywhere.
    List<GatewayChain> of(Placed placed) {
        if (SniDnat.isMeant(placed)) {
            return sniDnat.chains(placed);
        }
        return placed.server().isPassthrough() ? byName(placed) : all(placed).stream().toList();
    }

    private Optional<GatewayChain> all(Placed placed) {
        for (Bound bound : services.of(placed)) {
            for (TcpRoute route : ofAll(bound.rules().service())) {
                boolean here =
                        route.match().isEmpty()
                                || route.match().stream().anyMatch(m -> m.isOn(placed.number()));
                if (here && !route.route().isEmpty()) {
                    boolean tls = placed.server().isTls();
                    return Optional.of(
                            new GatewayChain(
                                    tls ? placed.serverNames() : List.of(),
                                    List.of(),
                                    placed.server().tls(),
                                    new Content.Connections(
                                            ConnectionChains.chain(
                                                    bound.rules(),
                                                    route.route(),
                                                    placed.number(),
                                                    settings))));
                }
            }
        }
        return Optional.empty();
    }

    /// Istio: where TLS is ended, a `TLSRoute` of the Gateway API takes what is inside; its names
    /// are those of its virtual service.
    private static List<TcpRoute> ofAll(VirtualService service) {
        return service.tcp().isEmpty()
                        && service.semantics() == VirtualService.Semantics.GATEWAY_API
                ? service.tls().stream()
                        .map(route -> new TcpRoute(List.of(), route.route()))
                        .toList()
                : service.tcp();
    }

    private List<GatewayChain> byName(Placed placed) {
        List<GatewayChain> chains = new ArrayList<>();
        for (Bound bound : services.of(placed)) {
            for (TlsRoute route : bound.rules().service().tls()) {
                if (route.route().isEmpty()) {
                    continue;
                }
                for (TlsMatch match : route.match()) {
                    if (match.connection().isOn(placed.number())) {
                        ConnectionChain chain =
                                ConnectionChains.chain(
                                        bound.rules(), route.route(), placed.number(), settings);
                        chains.add(
                                new GatewayChain(
                                        match.sniHosts(),
                                        List.of(),
                                        Optional.empty(),
                                        new Content.Connections(chain)));
                    }
                }
            }
        }
        return chains;
    }

    /// Without those that a name leads to a second time: proxies refuse the listener then. What
    /// ends TLS comes first.
    static List<GatewayChain> distinct(List<GatewayChain> chains) {
        Set<String> taken = new HashSet<>();
        chains.stream()
                .filter(chain -> chain.tls().isPresent())
                .forEach(chain -> taken.addAll(chain.serverNames()));
        List<GatewayChain> kept = new ArrayList<>();
        for (GatewayChain chain : chains) {
            if (chain.tls().isPresent() || chain.serverNames().isEmpty()) {
                kept.add(chain);
            } else if (Collections.disjoint(taken, chain.serverNames())) {
                taken.addAll(chain.serverNames());
                kept.add(chain);
            }
        }
        return kept;
    }
}
