package io.meltemi.galley.decode;

import io.meltemi.model.config.TcpRoute;
import io.meltemi.model.config.TcpRoute.L4Match;
import io.meltemi.model.config.TcpRoute.RouteDestination;
import io.meltemi.model.config.TlsRoute;
import io.meltemi.model.config.TlsRoute.TlsMatch;
import java.util.List;

/// Reads what a virtual service says of connections: `tcp` and `tls`. Immutable.
final class ConnectionRouteDecoder {
    private ConnectionRouteDecoder() {}

    static TcpRoute tcp(ObjectReader route) {
        return new TcpRoute(
                route.list("match", ConnectionRouteDecoder::tcpMatch), destinations(route));
    }

    static TlsRoute tls(ObjectReader route) {
        return new TlsRoute(
                route.list("match", ConnectionRouteDecoder::tlsMatch), destinations(route));
    }

    private static L4Match tcpMatch(ObjectReader match) {
        // Istio: hidden, and used by nothing.
        match.ignore("sourceSubnet");
        return match(match);
    }

    private static TlsMatch tlsMatch(ObjectReader match) {
        return new TlsMatch(match.strings("sniHosts"), match(match));
    }

    private static L4Match match(ObjectReader match) {
        return new L4Match(
                match.strings("destinationSubnets"),
                match.integer("port"),
                match.stringMap("sourceLabels"),
                match.string("sourceNamespace").filter(n -> !n.isEmpty()),
                match.strings("gateways"));
    }

    /// Istio: a destination that stands alone takes everything, whatever its weight.
    private static List<RouteDestination> destinations(ObjectReader route) {
        List<RouteDestination> written =
                route.list(
                        "route",
                        d ->
                                new RouteDestination(
                                        DestinationDecoder.decode(d),
                                        d.integer("weight").orElse(0)));
        return written.size() == 1 && written.getFirst().weight() == 0
                ? List.of(
                        new RouteDestination(
                                written.getFirst().destination(), DestinationDecoder.WHOLE))
                : written;
    }
}
