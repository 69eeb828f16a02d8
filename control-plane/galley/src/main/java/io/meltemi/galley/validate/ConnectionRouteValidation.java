package io.meltemi.galley.validate;

import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.galley.finding.Findings;
import io.meltemi.model.config.TcpRoute;
import io.meltemi.model.config.TcpRoute.L4Match;
import io.meltemi.model.config.TcpRoute.RouteDestination;
import io.meltemi.model.config.TlsRoute;
import io.meltemi.model.config.TlsRoute.TlsMatch;
import io.meltemi.model.service.HostPatterns;
import java.util.List;

/// The rules of routes for connections: `tcp` and `tls`. Immutable.
final class ConnectionRouteValidation {
    private ConnectionRouteValidation() {}

    static void tcp(TcpRoute route, FieldPath path, Findings findings) {
        for (int i = 0; i < route.match().size(); i++) {
            match(route.match().get(i), path.field("match").item(i), findings);
        }
        destinations(route.route(), "a TCP route", path, findings);
    }

    /// @param hosts of the virtual service
    static void tls(TlsRoute route, List<String> hosts, FieldPath path, Findings findings) {
        if (route.match().isEmpty()) {
            findings.judge(
                    Code.SCHEMA, path, "a TLS route must have at least one match with sniHosts");
        }
        for (int i = 0; i < route.match().size(); i++) {
            TlsMatch match = route.match().get(i);
            FieldPath at = path.field("match").item(i);
            if (match.sniHosts().isEmpty()) {
                findings.judge(Code.SCHEMA, at, "a TLS match must have at least one SNI host");
            }
            for (int s = 0; s < match.sniHosts().size(); s++) {
                sniHost(match.sniHosts().get(s), hosts, at.field("sniHosts").item(s), findings);
            }
            match(match.connection(), at, findings);
        }
        destinations(route.route(), "a TLS route", path, findings);
    }

    private static void sniHost(String sni, List<String> hosts, FieldPath path, Findings findings) {
        if (HostRules.isAddress(sni)) {
            findings.judge(
                    Code.WITHOUT_EFFECT,
                    path,
                    "clients send names, not addresses: SNI host '%s' will hardly ever match"
                            .formatted(sni));
            return;
        }
        HostRules.wildcardDomain(sni, path, findings);
        if (hosts.stream().noneMatch(host -> HostPatterns.covers(host, sni))) {
            findings.judge(
                    Code.SCHEMA,
                    path,
                    "SNI host '%s' lies in none of the virtual service's hosts: %s"
                            .formatted(sni, String.join(", ", hosts)));
        }
    }

    private static void match(L4Match match, FieldPath path, Findings findings) {
        for (int i = 0; i < match.destinationSubnets().size(); i++) {
            HostRules.subnet(
                    match.destinationSubnets().get(i),
                    path.field("destinationSubnets").item(i),
                    findings);
        }
        match.port().ifPresent(p -> QuantityRules.port(p, path.field("port"), findings));
        HttpMatchValidation.caller(
                match.sourceLabels(), match.sourceNamespace(), match.gateways(), path, findings);
    }

    private static void destinations(
            List<RouteDestination> route, String what, FieldPath path, Findings findings) {
        if (route.isEmpty()) {
            findings.judge(Code.SCHEMA, path, what + " needs at least one destination");
        }
        FieldPath at = path.field("route");
        for (int i = 0; i < route.size(); i++) {
            RouteDestinationRules.destination(
                    route.get(i).destination(), at.item(i).field("destination"), findings);
        }
        RouteDestinationRules.weights(
                route.stream().map(RouteDestination::weight).toList(), at, findings);
    }
}
