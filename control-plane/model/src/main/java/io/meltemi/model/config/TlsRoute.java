package io.meltemi.model.config;

import io.meltemi.model.config.TcpRoute.L4Match;
import io.meltemi.model.config.TcpRoute.RouteDestination;
import java.util.List;

/// One entry under `tls` of a virtual service: TLS that is passed on unopened. Immutable.
///
/// @param match any of them must hold
public record TlsRoute(List<TlsMatch> match, List<RouteDestination> route) {
    public TlsRoute {
        match = List.copyOf(match);
        route = List.copyOf(route);
    }

    /// @param sniHosts names of the handshake, exact or with a wildcard in front
    public record TlsMatch(List<String> sniHosts, L4Match connection) {
        public TlsMatch {
            sniHosts = List.copyOf(sniHosts);
        }
    }
}
