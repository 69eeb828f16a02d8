package io.meltemi.pilot.push;

import io.meltemi.model.config.Destination;
import io.meltemi.model.config.Metadata;
import io.meltemi.model.config.TcpRoute;
import io.meltemi.model.config.TcpRoute.L4Match;
import io.meltemi.model.config.TcpRoute.RouteDestination;
import io.meltemi.model.config.TlsRoute;
import io.meltemi.model.config.TlsRoute.TlsMatch;
import io.meltemi.model.service.Protocol;
import io.meltemi.pilot.scope.PortView;
import io.meltemi.pilot.scope.RouteRules;
import io.meltemi.pilot.translate.ClusterNames;
import io.meltemi.pilot.translate.listener.ConnectionChain;
import io.meltemi.pilot.translate.listener.ConnectionChain.Share;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The `tls` and `tcp` parts of a virtual service for one port of a service. Confined to one
/// translation.
///
/// Istio: a TCP route without addresses takes the rest and ends the list. Of two with the same
/// conditions the first counts, which is [SharedChains]' to see to.
final class ConnectionChains {
    private final PortView view;
    private final Optional<RouteRules> rules;
    private final List<String> ownNames;
    private final ConnectionSettings settings;
    private final List<ConnectionChain> chains = new ArrayList<>();
    private boolean complete;

    private ConnectionChains(
            PortView view,
            Optional<RouteRules> rules,
            List<String> ownNames,
            ConnectionSettings settings) {
        this.view = view;
        this.ownNames = List.copyOf(ownNames);
        this.rules = rules;
        this.settings = settings;
    }

    /// @param rules the virtual service that takes the host, if there is one
    /// @param ownNames what handshakes have to name where no rule decides; empty: they need not
    static List<ConnectionChain> of(
            PortView view,
            Optional<RouteRules> rules,
            List<String> ownNames,
            ConnectionSettings settings) {
        ConnectionChains made = new ConnectionChains(view, rules, ownNames, settings);
        rules.ifPresent(made::routes);
        boolean routedByName = !made.chains.isEmpty() && view.port().protocol() == Protocol.TLS;
        if (!made.complete && !routedByName) {
            made.add(
                    made.ownNames,
                    List.of(),
                    new Way(made.host(), "", List.of(new Share(made.cluster(), 1))));
        }
        return made.chains;
    }

    private void routes(RouteRules routed) {
        for (TlsRoute route : routed.service().tls()) {
            for (TlsMatch match : route.match()) {
                if (match.connection().isOn(view.port().number())) {
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
                if (!match.isOn(view.port().number()) || complete) {
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

    private void rest(Way way) {
        add(List.of(), List.of(), way);
        complete = true;
    }

    private void add(List<String> serverNames, List<String> subnets, Way way) {
        chains.add(
                new ConnectionChain(
                        serverNames,
                        subnets,
                        way.shares(),
                        settings.of(way.host(), way.subset()),
                        rule()));
    }

    private String rule() {
        return rules.map(ConnectionChains::rule).orElse("");
    }

    private String cluster() {
        return ClusterNames.outbound(view.port().number(), "", host());
    }

    private String host() {
        return view.service().service().hostname().value();
    }

    /// @param host of the first destination
    /// @param subset of the only one; empty where there are several, or none is named
    private record Way(String host, String subset, List<Share> shares) {}

    private Way way(RouteRules routed, List<RouteDestination> route) {
        return way(routed, route, view.port().number());
    }

    /// One route for whatever comes, by the names of its virtual service.
    ///
    /// @param called on which callers call: for destinations that name none and have several
    static ConnectionChain chain(
            RouteRules routed,
            List<RouteDestination> route,
            int called,
            ConnectionSettings settings) {
        Way way = way(routed, route, called);
        return new ConnectionChain(
                List.of(),
                List.of(),
                way.shares(),
                settings.of(way.host(), way.subset()),
                rule(routed));
    }

    private static String rule(RouteRules routed) {
        Metadata rule = routed.service().metadata();
        return rule.name() + "." + rule.namespace();
    }

    private static Way way(RouteRules routed, List<RouteDestination> route, int called) {
        List<RouteDestination> used =
                route.size() == 1 ? route : route.stream().filter(d -> d.weight() > 0).toList();
        List<Share> shares = new ArrayList<>();
        for (RouteDestination destination : used.isEmpty() ? route : used) {
            Destination to = destination.destination();
            shares.add(
                    new Share(
                            ClusterNames.outbound(
                                    routed.port(to, called),
                                    to.subset().orElse(""),
                                    routed.target(to).host()),
                            Math.max(1, destination.weight())));
        }
        Destination first = route.getFirst().destination();
        String subset = route.size() == 1 ? first.subset().orElse("") : "";
        return new Way(routed.target(first).host(), subset, shares);
    }
}
