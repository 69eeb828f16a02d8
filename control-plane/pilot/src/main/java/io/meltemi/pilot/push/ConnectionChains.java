package io.meltemi.pilot.push;

import io.meltemi.model.config.ConnectionPool;
import io.meltemi.model.config.Metadata;
import io.meltemi.model.config.TcpRoute;
import io.meltemi.model.config.TcpRoute.L4Match;
import io.meltemi.model.config.TcpRoute.RouteDestination;
import io.meltemi.model.config.TlsRoute;
import io.meltemi.model.config.TlsRoute.TlsMatch;
import io.meltemi.model.config.TrafficPolicy;
import io.meltemi.model.service.Protocol;
import io.meltemi.pilot.scope.PortView;
import io.meltemi.pilot.scope.RouteRules;
import io.meltemi.pilot.scope.RouteRules.Target;
import io.meltemi.pilot.translate.ClusterNames;
import io.meltemi.pilot.translate.listener.ConnectionChain;
import io.meltemi.pilot.translate.listener.ConnectionChain.Life;
import io.meltemi.pilot.translate.listener.ConnectionChain.Share;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// The `tls` and `tcp` parts of a virtual service for one port of a service. Confined to one
/// translation.
///
/// Istio: of two routes with the same conditions the first counts; a TCP route without addresses
/// takes the rest and ends the list.
final class ConnectionChains {
    private final PortView view;
    private final Optional<RouteRules> rules;
    private final List<String> ownNames;
    private final Function<String, Optional<TrafficPolicy>> policies;
    private final List<ConnectionChain> chains = new ArrayList<>();
    private final Set<List<Object>> seen = new HashSet<>();
    private boolean complete;

    private ConnectionChains(
            PortView view,
            Optional<RouteRules> rules,
            List<String> ownNames,
            Function<String, Optional<TrafficPolicy>> policies) {
        this.view = view;
        this.ownNames = List.copyOf(ownNames);
        this.rules = rules;
        this.policies = policies;
    }

    /// @param rules the virtual service that takes the host, if there is one
    /// @param ownNames what handshakes have to name where no rule decides; empty: they need not
    /// @param policies of hosts by their full names
    static List<ConnectionChain> of(
            PortView view,
            Optional<RouteRules> rules,
            List<String> ownNames,
            Function<String, Optional<TrafficPolicy>> policies) {
        ConnectionChains made = new ConnectionChains(view, rules, ownNames, policies);
        rules.ifPresent(made::routes);
        boolean routedByName = !made.chains.isEmpty() && view.port().protocol() == Protocol.TLS;
        if (!made.complete && !routedByName) {
            made.add(
                    made.ownNames,
                    List.of(),
                    new Way(made.host(), List.of(new Share(made.cluster(), 1))));
        }
        return made.chains;
    }

    private void routes(RouteRules routed) {
        for (TlsRoute route : routed.service().tls()) {
            for (TlsMatch match : route.match()) {
                if (isHere(match.connection())) {
                    List<String> subnets = match.connection().destinationSubnets();
                    add(match.sniHosts(), subnets, way(routed, route.route()));
                }
            }
        }
        for (TcpRoute route : routed.service().tcp()) {
            if (complete) {
                return;
            }
            if (route.match().isEmpty()) {
                rest(way(routed, route.route()));
            }
            for (L4Match match : route.match()) {
                if (!isHere(match) || complete) {
                    continue;
                }
                if (match.destinationSubnets().isEmpty()) {
                    rest(way(routed, route.route()));
                } else {
                    add(List.of(), match.destinationSubnets(), way(routed, route.route()));
                }
            }
        }
    }

    private boolean isHere(L4Match match) {
        int port = view.port().number();
        return match.port().orElse(port) == port;
    }

    private void rest(Way way) {
        add(List.of(), List.of(), way);
        complete = true;
    }

    private void add(List<String> serverNames, List<String> subnets, Way way) {
        if (seen.add(List.of(serverNames, subnets))) {
            chains.add(
                    new ConnectionChain(
                            serverNames, subnets, way.shares(), life(way.host()), rule()));
        }
    }

    private String rule() {
        return rules.map(r -> r.service().metadata())
                .map((Metadata m) -> m.name() + "." + m.namespace())
                .orElse("");
    }

    private String cluster() {
        return ClusterNames.outbound(view.port().number(), "", host());
    }

    private String host() {
        return view.service().service().hostname().value();
    }

    /// Istio: this belongs to the listener, so the first destination decides for all of them, and
    /// its subset has no say.
    private Life life(String host) {
        return policies.apply(host)
                .flatMap(TrafficPolicy::connectionPool)
                .map(ConnectionPool::tcp)
                .map(tcp -> new Life(tcp.idleTimeout(), tcp.maxConnectionDuration()))
                .orElse(Life.DEFAULT);
    }

    /// @param host of the first destination
    private record Way(String host, List<Share> shares) {}

    private Way way(RouteRules routed, List<RouteDestination> route) {
        List<RouteDestination> used =
                route.size() == 1 ? route : route.stream().filter(d -> d.weight() > 0).toList();
        List<Share> shares = new ArrayList<>();
        for (RouteDestination destination : used.isEmpty() ? route : used) {
            Target target = routed.target(destination.destination());
            int port =
                    destination
                            .destination()
                            .port()
                            .orElse(target.solePort().orElse(view.port().number()));
            shares.add(
                    new Share(
                            ClusterNames.outbound(
                                    port,
                                    destination.destination().subset().orElse(""),
                                    target.host()),
                            Math.max(1, destination.weight())));
        }
        return new Way(routed.target(route.getFirst().destination()).host(), shares);
    }
}
